import LocalServers

/// What a source database holds, every column of every table, in one value to compare.
package struct ContentHash: Sendable, Equatable {
  /// One table's part.
  package struct Table: Sendable, Equatable {
    /// Schema and table.
    package let name: String
    package let rows: Int
    /// The sum of the rows' sha256, as a decimal number; independent of their order.
    package let checksum: String
  }

  package let tables: [Table]

  /// Reads all of a database of the old model, as its superuser.
  package static func of(_ cluster: LocalCluster, database: String) async throws -> ContentHash {
    ContentHash(
      tables: try await cluster.rows(SQL.contentHash, database: database).map {
        Table(name: "\($0[0]).\($0[1])", rows: Int($0[2]) ?? 0, checksum: $0[3])
      })
  }
}
