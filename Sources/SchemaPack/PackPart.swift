/// What a pack has migrations for, each in a schema of its own.
package enum PackPart: String, Sendable, CaseIterable {
  /// People and how they log in; schema `auth`.
  case auth
  /// Spaces, principals and grants; schema `core`.
  case core
  /// The data of one space; schema `me_<slug>`, once per space.
  case space
}

/// How memories are ranked by their words.
package enum TextSearch: String, Sendable, CaseIterable {
  /// The index method of the extension pg_textsearch.
  case bm25
  /// The server's own full-text search, where pg_textsearch cannot be had.
  case gin
}
