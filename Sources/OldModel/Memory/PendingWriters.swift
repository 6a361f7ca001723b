import PostgresLink

/// Counts the transactions that may have written to an engine's memories without having committed.
package enum PendingWriters {
  /// One row: `writers`.
  package static func statement(schema: String) -> String {
    fillVariables(SQL.memoryPendingWriters, ["schema": schema])
  }
}
