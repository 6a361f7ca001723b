/// The values for `{{name}}` in a part, except `{{schema}}`, which the runner knows.
///
/// Values are inserted into SQL as they are, often without quotes, so only harmless texts are accepted.
package struct PackValues: Sendable {
  let byName: [String: String]

  /// The values of auth and core.
  package static let none = PackValues(byName: [:])

  /// The values of one space.
  ///
  /// - Parameters:
  ///   - language: the engine's; a text search configuration of the server.
  ///   - dimensions: of the embeddings.
  package static func space(slug: String, language: String, dimensions: Int)
    throws(PackError) -> PackValues
  {
    guard slug.wholeMatch(of: /[a-z0-9]{12}/) != nil else {
      throw PackError(.value, "“\(slug)” is not a slug: twelve of a to z and 0 to 9")
    }
    guard language.wholeMatch(of: /[a-z_]+/) != nil else {
      throw PackError(.value, "“\(language)” is not a language: a to z and _ only")
    }
    guard dimensions > 0 else {
      throw PackError(.value, "embeddings cannot have \(dimensions) dimensions")
    }
    return PackValues(byName: [
      "slug": slug, "embedding_dimensions": "\(dimensions)", "bm25_text_config": language,
      "bm25_k1": "1.2", "bm25_b": "0.75", "hnsw_m": "16", "hnsw_ef_construction": "64",
    ])
  }

  /// The same with the schema's name, which must need no quotes.
  func adding(schema: String) throws(PackError) -> [String: String] {
    guard schema.wholeMatch(of: /[a-z_][a-z0-9_]{0,62}/) != nil else {
      throw PackError(.value, "“\(schema)” is not a schema name: a to z, 0 to 9 and _ only")
    }
    return byName.merging(["schema": schema]) { $1 }
  }
}
