/// The name as an identifier, always between double quotes.
package func quoteIdentifier(_ name: String) -> String {
  "\"" + replaceScalars(of: name, ["\"": "\"\""]) + "\""
}

/// `schema.name`, both quoted.
package func quoteIdentifier(_ schema: String, _ name: String) -> String {
  quoteIdentifier(schema) + "." + quoteIdentifier(name)
}

/// The text as a literal, for the statements that take no bound values (COPY, and the scripts that
/// must reach the server in one message). Needs `standard_conforming_strings`, which every session
/// sets. A text with a backslash becomes an escape string, which is read correctly without the setting, too.
package func quoteLiteral(_ text: String) -> String {
  let quoted = "'" + replaceScalars(of: text, ["'": "''", "\\": "\\\\"]) + "'"
  return text.unicodeScalars.contains("\\") ? " E" + quoted : quoted
}

/// The text as a literal, or NULL.
package func quoteLiteral(_ text: String?) -> String {
  text.map { quoteLiteral($0) } ?? "NULL"
}

/// Replaces code points, as the server reads them. Replacing `Character`s would be wrong: a quote with a
/// combining accent is one `Character` that does not equal a quote.
func replaceScalars(of text: String, _ replacements: [Unicode.Scalar: String]) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if let replacement = replacements[scalar] {
      result.append(contentsOf: replacement.unicodeScalars)
    } else {
      result.append(scalar)
    }
  }
  return String(result)
}
