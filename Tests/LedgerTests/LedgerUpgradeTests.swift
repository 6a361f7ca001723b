import Foundation
import GRDB
import JobModel
import Testing

@testable import Ledger

/// Ledgers that earlier releases have written.
@Suite struct LedgerUpgradeTests {
  /// A ledger of an earlier schema: one engine, of which one of two chunks is done.
  private func write(version: Int, _ scratch: Scratch) throws {
    let schema = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Versions/\(version).sql")
    let queue = try DatabaseQueue(path: scratch.path)
    try queue.write { db in
      try db.execute(sql: String(contentsOf: schema, encoding: .utf8))
      try db.execute(
        sql: """
          INSERT INTO run (run_id, tool_version, pack_hash, result_settings_json,
            tuning_settings_json, created_at, seen_at)
          VALUES ('01020304-0506-0708-090a-0b0c0d0e0f10', '0.1.0', 'p', '{}', '{}', 1, 1);
          INSERT INTO engine VALUES ('acme', NULL, 'Acme', 'english', 8, 'pending', NULL, 20, 2000);
          INSERT INTO job (name, engine, kind, generation, expected_rows, expected_bytes) VALUES
            ('acme/memories/0', 'acme', 'memories', 1, 10, 1000),
            ('acme/memories/1', 'acme', 'memories', 1, 10, 1000);
          UPDATE job SET state = 'running', attempts = 2, started_at = 5 WHERE rowid = 1;
          UPDATE job SET state = 'done', rows = 9, bytes = 900, finished_at = 7 WHERE rowid = 1;
          """)
    }
    try queue.close()
  }

  @Test(arguments: 1..<LedgerFile.schemaVersion)
  func `is read as it stands, and left as it was`(version: Int) async throws {
    let scratch = try Scratch()
    try write(version: version, scratch)
    let before = try Data(contentsOf: URL(filePath: scratch.path))
    let snapshot = try await scratch.openReadOnly().snapshot()
    #expect(snapshot.engines.map(\.rowsDone) == [9])
    #expect(try Data(contentsOf: URL(filePath: scratch.path)) == before)
  }

  @Test(arguments: 1..<LedgerFile.schemaVersion)
  func `is brought up to date when a run goes on with it`(version: Int) async throws {
    let scratch = try Scratch()
    try write(version: version, scratch)
    let ledger = try scratch.open()
    #expect(try await ledger.snapshot().engines.map(\.rowsDone) == [9])
    try await ledger.complete(.chunk1, rows: 10, bytes: 1_000)
    #expect(try await ledger.snapshot().engines.map(\.rowsDone) == [19])
    try ledger.close()
    let fresh = try Scratch()
    _ = try fresh.create()
    let sql = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
    let upgraded = try scratch.other { db in try Row.fetchAll(db, sql: sql) }
    #expect(try fresh.other { db in try Row.fetchAll(db, sql: sql) } == upgraded)
  }
}
