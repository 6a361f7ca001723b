import Foundation
import GRDB
import JobModel

extension Ledger {
  /// Adds an event that no other call records.
  package func appendEvent(
    _ kind: LedgerEvent.Kind, engine: String? = nil, job: JobName? = nil, detail: String? = nil
  ) async throws(LedgerError) {
    try await write("append to the log") { db, time in
      if let job {
        try db.append(kind, job: job, at: time, detail: detail)
      } else {
        try db.append(kind, engine: engine, at: time, detail: detail)
      }
    }
  }

  /// The log in order, optionally only one engine's, or only the last `limit` events.
  package func events(
    engine: String? = nil, limit: Int? = nil
  ) async throws(LedgerError) -> [LedgerEvent] {
    try await read("read the log") { db, _ in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM event WHERE ?1 IS NULL OR engine = ?1 ORDER BY id DESC LIMIT ?2
          """,
        arguments: [engine, limit ?? -1])
      return try rows.reversed().map(LedgerEvent.init(row:))
    }
  }

  /// Jobs that were begun again although they were committed and neither lost nor reset. There must be none.
  package func jobsCopiedAgain() async throws(LedgerError) -> [JobName] {
    try await read("read the log") { db, _ in
      let names = try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT again.job FROM event again JOIN event done
            ON done.job = again.job AND done.generation = again.generation AND done.id < again.id
          WHERE again.kind = 'started' AND done.kind IN ('committed', 'found')
            AND NOT EXISTS (
              SELECT 1 FROM event lost
              WHERE lost.kind = 'lost' AND lost.job = again.job
                AND lost.generation = again.generation AND lost.id BETWEEN done.id AND again.id)
          """)
      return try names.map { try decoded($0, "event.job", { JobName($0) }) }
    }
  }
}

extension Database {
  func append(
    _ kind: LedgerEvent.Kind, engine: String? = nil, at time: Date, detail: String? = nil
  ) throws {
    try run(
      """
      INSERT INTO event (at, epoch, kind, engine, detail)
      SELECT ?, epoch, ?, ?, ? FROM run
      """, [time.microseconds, kind.rawValue, engine, detail])
  }

  /// Adds the job's generation from the ledger.
  func append(
    _ kind: LedgerEvent.Kind, job: JobName, at time: Date, rows: Int? = nil, bytes: Int? = nil,
    detail: String? = nil
  ) throws {
    try run(
      """
      INSERT INTO event (at, epoch, kind, engine, job, generation, rows, bytes, detail)
      SELECT ?, run.epoch, ?, job.engine, job.name, job.generation, ?, ?, ?
      FROM run, job WHERE job.name = ?
      """, [time.microseconds, kind.rawValue, rows, bytes, detail, job.description])
  }
}
