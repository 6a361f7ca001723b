/// The schemas that hold memories: one for each engine at the source, one for each space in the target,
/// under the same name.
package enum SpaceSchema {
  /// The beginning of the name of every such schema.
  package static let prefix = "me_"

  /// The schema of an engine or space.
  package static func name(of slug: String) -> String { prefix + slug }
}
