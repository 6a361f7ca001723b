import Foundation
import GRDB
import JobModel

extension Ledger {
  /// The run.
  package func run() async throws(LedgerError) -> LedgerRun {
    try await read("read the run") { db, _ in try db.ledgerRun() }
  }

  /// Changes the run's state, and logs the change; does nothing if the state is the same.
  package func setRunState(_ state: RunState, detail: String? = nil) async throws(LedgerError) {
    try await write("set the run \(state.rawValue)") { db, time in
      if try db.ledgerRun().state == state { return }
      // Logged before the change, because `finished` seals the log.
      if let event = state.event { try db.append(event, at: time, detail: detail) }
      try db.run("UPDATE run SET state = ?, seen_at = ?", [state.rawValue, time.microseconds])
    }
  }

  /// Records that this process took over with `epoch`. Later events carry it.
  package func setEpoch(_ epoch: Int, detail: String? = nil) async throws(LedgerError) {
    try await write("note epoch \(epoch)") { db, time in
      try db.run("UPDATE run SET epoch = ?, seen_at = ?", [epoch, time.microseconds])
      try db.append(.tookOver, at: time, detail: detail)
    }
  }

  /// Replaces the settings that a resume may change, given as JSON.
  package func setTuningSettings(_ json: String, toolVersion: String) async throws(LedgerError) {
    try await write("note the settings") { db, _ in
      try db.run(
        "UPDATE run SET tuning_settings_json = ?, tool_version = ?", [json, toolVersion])
    }
  }

  /// Lets rows be set aside (M4) from now on; every other setting that decides the result stays.
  package func allowQuarantine() async throws(LedgerError) {
    try await write("note the settings") { db, _ in
      try db.run(
        """
        UPDATE run
        SET result_settings_json = json_set(result_settings_json, '$.quarantines', json('true'))
        """)
    }
  }

  /// Notes which databases the run is bound to; a role that is noted already is replaced.
  package func saveFingerprints(
    _ fingerprints: [DatabaseRole: DatabaseFingerprint]
  ) async throws(LedgerError) {
    try await write("note the databases") { db, _ in
      for (role, fingerprint) in fingerprints {
        try db.run(
          """
          INSERT INTO database VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET system_identifier = excluded.system_identifier,
            database_oid = excluded.database_oid, timeline = excluded.timeline,
            address = excluded.address
          """,
          [
            role.rawValue, fingerprint.systemIdentifier, Int64(fingerprint.databaseOID),
            fingerprint.timeline, fingerprint.address,
          ])
      }
    }
  }

  /// The recorded databases to which the run is bound.
  package func fingerprints() async throws(LedgerError) -> [DatabaseRole: DatabaseFingerprint] {
    try await read("read the databases") { db, _ in try db.fingerprints() }
  }
}

extension Database {
  func ledgerRun() throws -> LedgerRun {
    guard let row = try Row.fetchOne(self, sql: "SELECT * FROM run") else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the run is not in it")
    }
    return try LedgerRun(row: row)
  }

  func fingerprints() throws -> [DatabaseRole: DatabaseFingerprint] {
    let rows = try Row.fetchAll(self, sql: "SELECT * FROM database")
    return try Dictionary(
      uniqueKeysWithValues: rows.map { row in
        (
          try decoded(row["role"], "database.role", DatabaseRole.init),
          DatabaseFingerprint(
            systemIdentifier: row["system_identifier"], databaseOID: row["database_oid"],
            timeline: row["timeline"], address: row["address"])
        )
      })
  }
}

extension RunState {
  /// The event that the log gets for this state.
  fileprivate var event: LedgerEvent.Kind? {
    switch self {
    case .planning, .running: nil
    case .interrupted: .interrupted
    case .failed: .failedRun
    case .complete: .complete
    case .finishing: .finishing
    case .finished: .finished
    }
  }
}
