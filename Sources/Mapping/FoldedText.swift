/// A `citext` value with the key that decides whether it equals another one.
///
/// Case rules depend on the server's locale, so the key comes from the server and is never computed here.
package struct FoldedText: Hashable, Sendable {
  /// The text as written.
  package var text: String
  /// `lower(text)`, computed by the server whose unique constraint matters: the target for emails
  /// and user names, the shard for the names of an engine's users.
  package var key: ExactText

  package init(_ text: String, key: String) {
    self.text = text
    self.key = ExactText(key)
  }
}
