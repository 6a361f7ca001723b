/// Fills a statement's variables as psql does: `:"name"` becomes a quoted identifier, `:'name'` a
/// quoted literal (NULL for nil). So a file of SQL runs in psql as it is, with `\set`.
///
/// Only for what cannot be bound: identifiers, and scripts sent as one message.
///
/// - Parameter fragments: SQL that several statements share. `:name` becomes the fragment as it stands, and
///   its own variables are filled as well.
package func fillVariables(
  _ sql: String, _ variables: [String: String?], fragments: [String: String] = [:]
) -> String {
  let whole = fragments.reduce(sql) { text, fragment in
    text.replacing(":" + fragment.key, with: fragment.value)
  }
  return whole.replacing(/:(["'])(\w+)["']/) { match in
    let name = String(match.2)
    guard let value = variables[name] else {
      preconditionFailure("the statement's variable \(name) has no value")
    }
    guard match.1 == "\"" else { return quoteLiteral(value) }
    guard let value else { preconditionFailure("the identifier \(name) is null") }
    return quoteIdentifier(value)
  }
}
