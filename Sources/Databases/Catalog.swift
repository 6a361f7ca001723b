import JobModel
import PostgresLink

/// A column in the catalog.
package struct CatalogColumn: Hashable, Sendable {
  package var name: String
  /// The type's name without its schema: an extension may live in another schema on the other side.
  package var type: String
  /// `atttypmod`: for a halfvec its dimensions.
  package var modifier: Int

  package init(name: String, type: String, modifier: Int) {
    self.name = name
    self.type = type
    self.modifier = modifier
  }
}

/// The columns of a table by name; empty if the table does not exist.
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
  /// The text of `pg_get_indexdef` with an empty search path, which builds the index again anywhere.
  package var definition: String
  /// Whether a constraint owns it, or refers to it.
  package var isConstraint: Bool
  /// Whether the load drops the index, to build it again from its definition afterwards. This requires a
  /// definition that carries every property, no constraint, and a plain table without partitions and
  /// foreign keys.
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

/// The schemas of the types `ltree` and `halfvec`, whose send functions are called by name.
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
