import GRDB

/// Brings the ledger of an earlier release to this one's schema: what is missing is added, a trigger that has
/// changed is made anew, and what is derived is computed. One transaction: a crash leaves the earlier ledger
/// or the whole new one.
enum LedgerUpgrade {
  /// Nothing happens to a ledger that is up to date.
  static func run(on queue: DatabaseQueue) throws {
    guard try queue.read(isDue) else { return }
    let latest = try DatabaseQueue()
    try latest.write { db in try db.execute(sql: LedgerFile.schema) }
    let objects = try latest.read(objects)
    try queue.write { db in try upgrade(db, to: objects) }
  }

  static func isDue(_ db: Database) throws -> Bool {
    try (Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0) < LedgerFile.schemaVersion
  }

  /// A table, index or trigger.
  private struct Object: Hashable, Sendable {
    var type: String
    var name: String
    var sql: String
  }

  /// In the order in which they can be made.
  private static func objects(_ db: Database) throws -> [Object] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
        ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, rowid
        """
    ).map { Object(type: $0["type"], name: $0["name"], sql: $0["sql"]) }
  }

  private static func upgrade(_ db: Database, to latest: [Object]) throws {
    let present = try Dictionary(uniqueKeysWithValues: objects(db).map { ($0.name, $0) })
    for object in latest where present[object.name] != object {
      if object.type == "trigger", present[object.name] != nil {
        try db.execute(sql: "DROP TRIGGER \(object.name)")
      }
      if object.type == "trigger" || present[object.name] == nil {
        try db.execute(sql: object.sql)
      }
    }
    try db.execute(
      sql: """
        DELETE FROM job_sum;
        INSERT INTO job_sum
        SELECT coalesce(engine, ''), kind, state, count(*), sum(max(attempts - 1, 0)), sum(rows),
          sum(bytes), sum(expected_rows), sum(expected_bytes),
          coalesce(sum(finished_at - started_at), 0)
        FROM job GROUP BY coalesce(engine, ''), kind, state;
        PRAGMA user_version = \(LedgerFile.schemaVersion);
        """)
  }
}
