import Foundation
import GRDB
import JobModel

/// Source rows that the target refused (M4), whole. Only ever held a page at a time.
extension Ledger {
  /// Keeps rows; one that is there already takes the new value.
  package func recordRejectedRows(_ rows: [RejectedRow]) async throws(LedgerError) {
    guard !rows.isEmpty else { return }
    try await write("keep rejected rows") { db, _ in
      for row in rows { try db.insert(row) }
    }
  }

  /// Makes the rows behind `start`, up to and with `end`, those given (nil: from the first, to the last): a
  /// row corrected at the source is no longer one.
  package func replaceRejectedRows(
    after start: RejectedRow.Key?, through end: RejectedRow.Key?, by rows: [RejectedRow]
  ) async throws(LedgerError) {
    try await write("keep rejected rows") { db, _ in
      try db.run(
        """
        DELETE FROM rejected_row
        WHERE (?1 IS NULL OR (engine, id) > (?1, ?2)) AND (?3 IS NULL OR (engine, id) <= (?3, ?4))
        """, [start?.engine, start?.id.text, end?.engine, end?.id.text])
      for row in rows { try db.insert(row) }
    }
  }

  /// The page of rows behind a key, or the first; empty where there are no more.
  package func rejectedRows(
    after key: RejectedRow.Key? = nil
  ) async throws(LedgerError) -> [RejectedRow] {
    try await read("read rejected rows") { db, _ in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT * FROM rejected_row WHERE ?1 IS NULL OR (engine, id) > (?1, ?2)
          ORDER BY engine, id LIMIT ?3
          """, arguments: [key?.engine, key?.id.text, RejectedRow.pageRows])
      var page: [RejectedRow] = []
      var bytes = 0
      while bytes < RejectedRow.pageBytes, let row = try rows.next() {
        let rejected = try RejectedRow(row: row)
        bytes += rejected.json.utf8.count
        page.append(rejected)
      }
      return page
    }
  }

  /// The ids of all rows, by engine, in order.
  package func rejectedIDs() async throws(LedgerError) -> [String: [UUID]] {
    try await read("read which rows were rejected") { db, _ in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT engine, id FROM rejected_row ORDER BY engine, id")
      var ids: [String: [UUID]] = [:]
      while let row = try rows.next() {
        ids[row["engine"], default: []].append(try UUID(rejected: row))
      }
      return ids
    }
  }
}

extension RejectedRow {
  fileprivate init(row: Row) throws {
    self.init(
      engine: row["engine"], id: try UUID(rejected: row), constraint: row["constraint_name"],
      json: row["row_json"])
  }
}

extension UUID {
  fileprivate init(rejected row: Row) throws {
    self = try decoded(row["id"], "rejected_row.id", UUID.init(uuidString:))
  }
}

extension Database {
  fileprivate func insert(_ row: RejectedRow) throws {
    try run(
      """
      INSERT INTO rejected_row VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET constraint_name = excluded.constraint_name,
        row_json = excluded.row_json
      """, [row.engine, row.id.text, row.constraint, row.json])
  }
}
