import JobModel
import PostgresLink

/// A column as the catalog has it.
package struct CatalogColumn: Hashable, Sendable {
  package var name: String
  /// The type's own name, without its schema: extensions may live in different ones.
  package var type: String
  /// `atttypmod`: for a halfvec its dimensions.
  package var modifier: Int

  package init(name: String, type: String, modifier: Int) {
    self.name = name
    self.type = type
    self.modifier = modifier
  }
}

/// The columns of a table by name; empty where there is no such table.
package func columns(
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
package struct MemoryIndex: Hashable, Sendable {
  package var name: String
  /// `hnsw`, `gin`, …
  package var method: String
  package var isValid: Bool
  /// As `pg_get_indexdef` writes it with an empty search path: builds it again anywhere.
  package var definition: String
  /// Whether a constraint owns it, or refers to it.
  package var isConstraint: Bool
  /// Whether the load drops it, to build it again from its definition afterwards. That takes a definition
  /// that carries every property, no constraint, and a plain table without partitions and foreign keys.
  package var isDroppedForLoad: Bool

  package init(
    name: String,
    method: String,
    isValid: Bool,
    definition: String,
    isConstraint: Bool,
    isDroppedForLoad: Bool
  ) {
    self.name = name
    self.method = method
    self.isValid = isValid
    self.definition = definition
    self.isConstraint = isConstraint
    self.isDroppedForLoad = isDroppedForLoad
  }
}

/// The indexes of the memories of several schemas, by schema and in the order of their names.
package func memoryIndexes(
  of schemas: [String], on connection: PostgresConnection
) async throws(PostgresError) -> [String: [MemoryIndex]] {
  var indexes: [String: [MemoryIndex]] = [:]
  for row in try await connection.query(SQL.catalogMemoryIndexes, [.textArray(schemas)]) {
    indexes[try row.text("schema"), default: []].append(
      MemoryIndex(
        name: try row.text("name"), method: try row.text("method"),
        isValid: try row.boolean("is_valid"), definition: try row.text("definition"),
        isConstraint: try row.boolean("is_constraint"),
        isDroppedForLoad: try row.boolean("is_dropped_for_load")))
  }
  return indexes
}

/// The indexes of one schema's memories.
package func memoryIndexes(
  of schema: String, on connection: PostgresConnection
) async throws(PostgresError) -> [MemoryIndex] {
  try await memoryIndexes(of: [schema], on: connection)[schema] ?? []
}

/// Where a database keeps the types `ltree` and `halfvec`, whose send functions are called by name.
package struct ExtensionSchemas: Hashable, Sendable {
  package var ltree: String
  package var vector: String

  package init(ltree: String, vector: String) {
    self.ltree = ltree
    self.vector = vector
  }

  /// Reads them from the catalog; one round trip.
  package init(of connection: PostgresConnection) async throws(PostgresError) {
    var schemas: [String: String] = [:]
    for row in try await connection.query(SQL.catalogExtensionSchemas) {
      schemas[try row.text("extension")] = try row.text("schema")
    }
    (ltree, vector) = (schemas["ltree"] ?? "public", schemas["vector"] ?? "public")
  }
}
