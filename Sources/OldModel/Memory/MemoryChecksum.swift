import Databases
import Foundation
import JobModel
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
