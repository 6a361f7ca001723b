/// A `citext` value together with what decides whether it equals another one.
///
/// Case rules are the server's (its locale), so the key comes from it and is never computed here.
package struct FoldedText: Hashable, Sendable {
  /// As written.
  package var text: String
  /// `lower(text)`, computed by the server whose unique constraint matters: the target for emails
  /// and user names, the shard for the names of an engine's users.
  package var key: ExactText

  package init(_ text: String, key: String) {
    self.text = text
    self.key = ExactText(key)
  }
}
