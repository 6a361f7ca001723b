import PostgresLink

/// A column as the catalog has it.
struct CatalogColumn: Hashable, Sendable {
  var name: String
  /// The type's own name, without its schema: extensions may live in different ones.
  var type: String
  /// `atttypmod`: for a halfvec its dimensions.
  var modifier: Int
}

/// The columns of a table by name; empty where there is no such table.
func columns(
  of schema: String, _ table: String, on connection: PostgresConnection
) async throws(PostgresError) -> [String: CatalogColumn] {
  var columns: [String: CatalogColumn] = [:]
  for row in try await connection.query(SQL.catalogColumns, [.text(schema), .text(table)]) {
    let column = CatalogColumn(
      name: try row.text("name"), type: try row.text("type"),
      modifier: Int(try row.integer("modifier")))
    columns[column.name] = column
  }
  return columns
}

/// An index of a memory table.
struct MemoryIndex: Hashable, Sendable {
  var name: String
  /// `hnsw`, `gin`, …
  var method: String
  var isValid: Bool
  /// As `pg_get_indexdef` writes it with an empty search path: builds it again anywhere.
  var definition: String
  /// Whether a constraint owns it, or refers to it.
  var isConstraint: Bool
  /// Whether the definition says everything about it: never so with a constraint.
  var isCarried: Bool
}

/// The indexes of a space's memories.
func memoryIndexes(
  of schema: String, on connection: PostgresConnection
) async throws(PostgresError) -> [MemoryIndex] {
  var indexes: [MemoryIndex] = []
  for row in try await connection.query(SQL.targetMemoryIndexes, [.text(schema)]) {
    indexes.append(
      MemoryIndex(
        name: try row.text("name"), method: try row.text("method"),
        isValid: try row.boolean("is_valid"), definition: try row.text("definition"),
        isConstraint: try row.boolean("is_constraint"),
        isCarried: try row.boolean("is_carried")))
  }
  return indexes
}
