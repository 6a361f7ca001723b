import PostgresLink

/// Fills a statement that compares rows by their physical versions (`ctid`, `xmin`): it replaces
/// `:version_sum` by the one expression for them, an aggregate over the rows of the statement.
package func fillRowVersions(_ sql: String, _ variables: [String: String?] = [:]) -> String {
  fillVariables(sql, variables, fragments: ["version_sum": SQL.rowsVersionSum])
}
