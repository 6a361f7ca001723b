/// The parts of a pack, each with a schema of its own.
package enum PackPart: String, Sendable, CaseIterable {
  /// People and their logins; schema `auth`.
  case auth
  /// Spaces, principals and grants; schema `core`.
  case core
  /// The data of one space; schema `me_<slug>`, once per space.
  case space
}

/// The ranking of memories by their words.
package enum TextSearch: String, Sendable, CaseIterable {
  /// The index method of the extension pg_textsearch.
  case bm25
  /// The server's own full-text search, for servers without pg_textsearch.
  case gin
}
