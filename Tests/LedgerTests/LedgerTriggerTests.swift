import GRDB
import JobModel
import Testing

@testable import Ledger

/// The rules of the file itself, which hold whoever writes to it.
@Suite struct LedgerTriggerTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Puts one row in state `from` by recreating it without the triggers, then tries to go on.
  private func isRefused(
    _ table: String, trigger: String, from: String, to: String, also: String = ""
  ) throws -> Bool {
    try scratch.other { db in
      let source = try String.fetchOne(
        db, sql: "SELECT sql FROM sqlite_schema WHERE name = ?", arguments: [trigger])
      let definition = try #require(source)
      try db.execute(sql: "DROP TRIGGER \(trigger)")
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      try db.execute(sql: "UPDATE \(table) SET state = ?", arguments: [from])
      try db.execute(sql: definition)
      do {
        try db.execute(sql: "UPDATE \(table) SET state = ?", arguments: [to])
        return false
      } catch let error as DatabaseError {
        #expect(error.extendedResultCode == .SQLITE_CONSTRAINT_TRIGGER)
        return true
      }
    }
  }

  @Test func jobChangesAsTheModelSays() async throws {
    try await scratch.createPlanned().close()
    for from in JobState.allCases {
      for to in JobState.allCases {
        let refused = try isRefused(
          "job", trigger: "job_state", from: from.rawValue, to: to.rawValue)
        #expect(refused != from.mayBecome(to), "\(from) to \(to)")
      }
    }
  }

  @Test func engineChangesAsTheModelSays() async throws {
    try await scratch.createPlanned().close()
    for from in EngineState.allCases {
      for to in EngineState.allCases {
        let refused = try isRefused(
          "engine", trigger: "engine_state", from: from.rawValue, to: to.rawValue)
        #expect(refused != from.mayBecome(to), "\(from) to \(to)")
      }
    }
  }

  @Test func runChangesAsTheModelSays() async throws {
    try scratch.create().close()
    for from in RunState.allCases where from != .finished {
      for to in RunState.allCases where to != .finished {
        let refused = try isRefused(
          "run", trigger: "run_state", from: from.rawValue, to: to.rawValue)
        #expect(refused != from.mayBecome(to), "\(from) to \(to)")
      }
    }
    for from in RunState.allCases where from != .finished && from != .finishing {
      #expect(
        try isRefused("run", trigger: "run_state", from: from.rawValue, to: "finished"), "\(from)")
    }
  }

  @Test(
    "The log can only grow",
    arguments: [
      "UPDATE event SET detail = 'x'", "DELETE FROM event",
      "INSERT OR REPLACE INTO event (id, at, epoch, kind) VALUES (1, 0, 0, 'note')",
      "REPLACE INTO event (id, at, epoch, kind) SELECT id, 0, 0, 'note' FROM event",
    ])
  func logOnlyGrows(sql: String) async throws {
    let ledger = try await scratch.createPlanned()
    let before = try await ledger.events()
    #expect(throws: DatabaseError.self) { try scratch.other { try $0.execute(sql: sql) } }
    #expect(try await ledger.events() == before)
  }

  @Test(
    "What no version of the tool writes is refused",
    arguments: [
      "INSERT INTO run (only, run_id, tool_version, pack_hash, result_settings_json, "
        + "tuning_settings_json, created_at, seen_at) VALUES (2, '', '', '', '{}', '{}', 0, 0)",
      "INSERT INTO job (name, kind, generation, expected_rows, expected_bytes, state, finished_at) "
        + "VALUES ('identities', 'identities', 1, 0, 0, 'done', 1)",
      "UPDATE job SET state = 'done'", "UPDATE job SET state = 'lost'", "UPDATE job SET kind = 'x'",
      "UPDATE engine SET state = 'failed'", "UPDATE engine SET reason = 'none'",
      "UPDATE job SET rows = 'many'",
      "INSERT INTO fact VALUES ('identities', 'k', 'k', NULL, 'not json')",
    ])
  func nonsenseIsRefused(sql: String) async throws {
    try await scratch.createPlanned().close()
    #expect(throws: DatabaseError.self) { try scratch.other { try $0.execute(sql: sql) } }
  }

  @Test func settingsOfTheResultStayButThatRowsMayBeSetAside() async throws {
    let ledger = try scratch.create()
    try await ledger.allowQuarantine()
    let settings = #"{"chunkBytes":8388608,"quarantines":true}"#
    #expect(try await ledger.run().identity.resultSettings == settings)
    try await ledger.allowQuarantine()
    for other in [
      "{}", #"{"chunkBytes":8388608}"#, #"{"chunkBytes":8388608,"quarantines":false}"#,
      #"{"chunkBytes":1,"quarantines":true}"#,
    ] {
      #expect(throws: DatabaseError.self, "\(other)") {
        try scratch.other { db in
          try db.execute(sql: "UPDATE run SET result_settings_json = ?", arguments: [other])
        }
      }
    }
    #expect(try await ledger.run().identity.resultSettings == settings)
  }
}
