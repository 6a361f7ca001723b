import Databases
import Foundation
import JobModel
import PostgresLink

/// One side's memory table of an engine, as far as checksums need to know it.
package struct MemoryTable: Hashable, Sendable {
  /// `me_<slug>`.
  package var schema: String
  /// The column that is `embedding_version` at the source.
  package var version: String
  package var extensions: ExtensionSchemas

  package init(schema: String, version: String, extensions: ExtensionSchemas) {
    self.schema = schema
    self.version = version
    self.extensions = extensions
  }
}

/// The statements by which two servers tell, each for itself, what a range of memories holds: equal
/// answers are equal rows, in every migrated column, bit for bit.
///
/// The one place that says what a memory's checksum is. Nothing of an answer depends on a setting of
/// server or session; send functions convert texts into the client's encoding, which every session of
/// ours has at UTF8. A source needs `row_security = off`, or a policy might hide rows.
package enum MemoryChecksum {
  /// The old names of the columns, in the order of `columns`' checksums.
  package static let columnNames = MemoryColumns.source

  /// One row: `rows` and `checksum`, to be read as `MemorySum`.
  ///
  /// - Parameter leavingOut: ids that do not count, such as rows set aside (M4).
  package static func sums(
    of table: MemoryTable, in range: IDRange, leavingOut: [UUID] = []
  ) -> String {
    fields(of: table, in: range, leavingOut: leavingOut) + SQL.memorySums
  }

  /// As `sums`, in up to 256 rows by `bucket`: every id falls into one, the same on both sides.
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

  private static func fields(
    of table: MemoryTable, in range: IDRange, leavingOut: [UUID]
  ) -> String {
    let ids = leavingOut.map { $0.uuidString.lowercased() }.joined(separator: ",")
    let variables: [String: String?] = [
      "schema": table.schema, "version": table.version, "ltree_schema": table.extensions.ltree,
      "vector_schema": table.extensions.vector, "lo": range.lo?.uuidString.lowercased(),
      "hi": range.hi?.uuidString.lowercased(), "left_out": "{\(ids)}",
    ]
    return "with memory_fields as (\n\(fillVariables(SQL.memoryFields, variables))\n)\n"
  }
}

/// What one side holds in a range, or in one bucket of it.
package struct MemorySum: Hashable, Sendable {
  package var rows: Int
  /// A whole number of up to about 90 digits; only compared.
  package var checksum: String

  /// Nothing at all.
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
