import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// An engine's memory table on one side, with the details that checksums need.
package struct MemoryTable: Hashable, Sendable {
  /// `me_<slug>`.
  package var schema: String
  /// The name of the column that is `embedding_version` at the source.
  package var version: String
  package var extensions: ExtensionSchemas

  package init(schema: String, version: String, extensions: ExtensionSchemas) {
    self.schema = schema
    self.version = version
    self.extensions = extensions
  }
}

/// The statements by which each server sums up a range of memories. Equal sums mean equal rows, in every
/// migrated column, bit for bit.
///
/// This is the only definition of a memory's checksum. It depends on no setting of server or session: send
/// functions convert texts to the client's encoding, which is UTF8 in all our sessions. A source needs
/// `row_security = off`, or a policy might hide rows.
package enum MemoryChecksum {
  /// The old names of the columns, in the order of `columns`' checksums.
  package static let columnNames = MemoryColumns.source

  /// One row: `rows` and `checksum`, to be read as `MemorySum`.
  ///
  /// - Parameter leavingOut: ids that are not counted, such as rows set aside (M4).
  package static func sums(
    of table: MemoryTable, in range: IDRange, leavingOut: [UUID] = []
  ) -> String {
    fields(of: table, in: range, leavingOut: leavingOut) + SQL.memorySums
  }

  /// Like `sums`, in up to 256 rows by `bucket`. Every id has the same bucket on both sides.
  package static func bucketSums(
    of table: MemoryTable, in range: IDRange, leavingOut: [UUID] = []
  ) -> String {
    fields(of: table, in: range, leavingOut: leavingOut) + SQL.memoryBucketSums
  }

  /// A row for each memory of the buckets `$1` (integers): `id`, and in `columns` a short checksum of
  /// each column, separated by commas.
  package static func columns(
    of table: MemoryTable, in range: IDRange, leavingOut: [UUID] = []
  ) -> String {
    fields(of: table, in: range, leavingOut: leavingOut) + SQL.memoryColumnChecksums
  }

  /// A row for each memory with one of the ids, in their order: `id` and `checksum`, which adds up to the
  /// checksum of a sum.
  package static func rows(of table: MemoryTable, among ids: [UUID]) -> String {
    with(fill(SQL.memoryFieldsAmong, table, ["ids": literal(ids)])) + SQL.memoryRowChecksums
  }

  /// One row: `rows` and `checksum` of the memories with these ids, to be read as `MemorySum`.
  package static func sums(of table: MemoryTable, among ids: [UUID]) -> String {
    with(fill(SQL.memoryFieldsAmong, table, ["ids": literal(ids)])) + SQL.memorySums
  }

  /// Like `rows`, of the memories of a range.
  package static func rows(of table: MemoryTable, in range: IDRange) -> String {
    fields(of: table, in: range, leavingOut: []) + SQL.memoryRowChecksums
  }

  /// Like `rows`, of the memories that may have been written since a watermark: a page of them.
  ///
  /// - Parameter id: the last id of the page before.
  package static func candidates(
    of table: MemoryTable, since seen: Watermark, after id: UUID?, limit: Int
  ) -> String {
    let variables = ["seen": String(seen.seen), "after": id?.text, "limit": String(limit)]
    return with(fill(SQL.memoryCandidateFields, table, variables)) + SQL.memoryRowChecksums
  }

  /// The number of rows in each range of a schema's memories; `$1` holds the last id of each but the last.
  package static func rangeCounts(of schema: String) -> String {
    fillVariables(SQL.memoryRangeCounts, ["schema": schema])
  }

  private static func fields(
    of table: MemoryTable, in range: IDRange, leavingOut: [UUID]
  ) -> String {
    with(
      fill(
        SQL.memoryFields, table,
        ["lo": range.lo?.text, "hi": range.hi?.text, "left_out": literal(leavingOut)]))
  }

  private static func fill(
    _ sql: String, _ table: MemoryTable, _ variables: [String: String?]
  ) -> String {
    let own: [String: String?] = [
      "schema": table.schema, "version": table.version, "ltree_schema": table.extensions.ltree,
      "vector_schema": table.extensions.vector,
    ]
    return fillVariables(
      sql, own.merging(variables) { $1 }, fragments: ["row_fields": SQL.memoryRowFields])
  }

  private static func with(_ fields: String) -> String {
    "with memory_fields as (\n\(fields)\n)\n"
  }

  private static func literal(_ ids: [UUID]) -> String {
    "{" + ids.map(\.text).joined(separator: ",") + "}"
  }
}

/// The sum of one side's rows in a range, or in one bucket of it.
package struct MemorySum: Hashable, Sendable {
  package var rows: Int
  /// A whole number of up to about 90 digits; only compared.
  package var checksum: String

  /// The sum of no rows.
  package static let empty = MemorySum(rows: 0, checksum: "0")

  package init(rows: Int, checksum: String) {
    self.rows = rows
    self.checksum = checksum
  }

  /// Reads a row of `MemoryChecksum.sums` or `bucketSums`.
  package init(_ row: SQLRow) throws(PostgresError) {
    rows = Int(try row.integer("rows"))
    checksum = try row.text("checksum")
  }
}
