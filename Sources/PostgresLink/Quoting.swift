/// The name as an identifier, always between double quotes.
package func quoteIdentifier(_ name: String) -> String {
  "\"" + name.replacing("\"", with: "\"\"") + "\""
}

/// `schema.name`, both quoted.
package func quoteIdentifier(_ schema: String, _ name: String) -> String {
  quoteIdentifier(schema) + "." + quoteIdentifier(name)
}

/// The text as a literal, for the statements that take no bound values (COPY, and the scripts that
/// must reach the server in one message). Needs `standard_conforming_strings`, which every session of
/// ours sets; a backslash makes it an escape string all the same, so that it would be read right
/// without.
package func quoteLiteral(_ text: String) -> String {
  let quoted = "'" + text.replacing("'", with: "''") + "'"
  return text.contains("\\") ? " E" + quoted.replacing("\\", with: "\\\\") : quoted
}

/// The text as a literal, or NULL.
package func quoteLiteral(_ text: String?) -> String {
  text.map { quoteLiteral($0) } ?? "NULL"
}
