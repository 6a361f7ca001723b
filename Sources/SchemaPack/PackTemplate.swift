import PostgresLink

/// Turns a file of a pack into SQL: `{{name}}` becomes its value, and a guard block
/// `{{fn NAME(ARGS) returns RESULT}} BODY {{endfn}}` its body between two calls that compare the
/// function's signature. Braces that are neither are left alone; array literals have them, too.
struct PackTemplate {
  private let file: PackFile
  private let values: [String: String]
  private let source: [Unicode.Scalar]
  private var output: RenderedScript
  /// The position up to which `output` is complete.
  private var position = 0
  private var openBlock: (guarded: GuardedFunction, start: Int)?

  /// The file with `values`, which hold `schema`.
  static func render(_ file: PackFile, _ values: [String: String])
    throws(PackError) -> RenderedScript
  {
    var template = PackTemplate(file, values)
    try template.render()
    return template.output
  }

  private init(_ file: PackFile, _ values: [String: String]) {
    self.file = file
    self.values = values
    source = Array(file.text.unicodeScalars)
    output = RenderedScript(file)
  }

  private mutating func render() throws(PackError) {
    var cursor = 0
    while let start = nextBraces(from: cursor) {
      output.append(copied: source[position..<start])
      position = start
      if let tag = placeholder(at: start) {
        try replace(tag, at: start)
      } else if let header = try guardHeader(at: start) {
        try open(header, at: start)
      }
      cursor = max(position, start + 1)
    }
    output.append(copied: source[position...])
    if let openBlock { throw error("this guard block has no {{endfn}}", at: openBlock.start) }
  }

  private mutating func replace(_ tag: (name: String, end: Int), at start: Int) throws(PackError) {
    if tag.name == "endfn" {
      guard let block = openBlock else {
        throw error("{{endfn}} without a guard block before it", at: start)
      }
      output.append(block.guarded.call("assert_function_signature", values), for: start)
      openBlock = nil
    } else {
      output.append(try value(of: tag.name, at: start), for: start)
    }
    position = tag.end
  }

  private mutating func open(_ header: (guarded: GuardedFunction, end: Int), at start: Int)
    throws(PackError)
  {
    guard openBlock == nil else { throw error("a guard block inside of another", at: start) }
    openBlock = (header.guarded, start)
    output.append(
      header.guarded.call("drop_function_if_signature_differs", values), for: start)
    position = header.end
  }

  private func value(of name: String, at start: Int) throws(PackError) -> String {
    guard let value = values[name] else {
      let known = values.keys.sorted().joined(separator: ", ")
      throw error("there is no value for {{\(name)}}", at: start, hint: "Known here: \(known).")
    }
    return value
  }

  private func error(_ message: String, at offset: Int, hint: String? = nil) -> PackError {
    PackError(.template, message, hint: hint, at: PackPlace(file, offset: offset))
  }
}

// MARK: Scanning

extension PackTemplate {
  private func nextBraces(from start: Int) -> Int? {
    source.indices.dropFirst(start).first { hasPrefix("{{", at: $0) }
  }

  private func hasPrefix(_ prefix: String, at start: Int) -> Bool {
    source.dropFirst(start).starts(with: prefix.unicodeScalars)
  }

  private func skipSpace(from start: Int) -> Int {
    source.dropFirst(start).firstIndex { !$0.properties.isWhitespace } ?? source.count
  }

  /// `{{ name }}`, and where it ends.
  private func placeholder(at start: Int) -> (name: String, end: Int)? {
    guard hasPrefix("{{", at: start) else { return nil }
    let first = skipSpace(from: start + 2)
    let last = source[first...].firstIndex { !$0.isWordScalar } ?? source.count
    let end = skipSpace(from: last)
    guard first < last, hasPrefix("}}", at: end) else { return nil }
    return (String(String.UnicodeScalarView(source[first..<last])), end + 2)
  }

  /// `{{fn NAME(ARGS) returns RESULT}}`, and where it ends; nil where there are just braces.
  private func guardHeader(at start: Int) throws(PackError)
    -> (guarded: GuardedFunction, end: Int)?
  {
    let keyword = skipSpace(from: start + 2)
    let name = skipSpace(from: keyword + 2)
    guard hasPrefix("fn", at: keyword), name > keyword + 2 else { return nil }
    let malformed = error("a guard block starts {{fn NAME(ARGS) returns RESULT}}", at: start)
    guard
      let parenthesis = source[name...].firstIndex(of: "("), parenthesis > name,
      let closing = closingParenthesis(of: parenthesis)
    else { throw malformed }
    let returns = skipSpace(from: closing + 1)
    let result = skipSpace(from: returns + 7)
    guard hasPrefix("returns", at: returns), result > returns + 7 else { throw malformed }
    guard let end = closingBraces(from: result), end > result else { throw malformed }
    let guarded = GuardedFunction(
      name: try substituted(name..<parenthesis),
      arguments: try substituted(parenthesis + 1..<closing),
      result: try substituted(result..<end))
    return (guarded, end + 2)
  }

  /// Parentheses within quotes do not count.
  private func closingParenthesis(of open: Int) -> Int? {
    var depth = 0
    var quote: Unicode.Scalar?
    for index in open..<source.count {
      let scalar = source[index]
      if quote != nil {
        if scalar == quote { quote = nil }
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
      } else if scalar == "(" {
        depth += 1
      } else if scalar == ")" {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }

  /// The `}}` of the header itself, past placeholders in it.
  private func closingBraces(from start: Int) -> Int? {
    var index = start
    while index < source.count {
      if hasPrefix("}}", at: index) { return index }
      index = placeholder(at: index)?.end ?? index + 1
    }
    return nil
  }

  /// A part of a header with its placeholders replaced and the space around it gone.
  private func substituted(_ range: Range<Int>) throws(PackError) -> String {
    var text = String.UnicodeScalarView()
    var index = range.lowerBound
    while index < range.upperBound {
      if let tag = placeholder(at: index) {
        text.append(contentsOf: try value(of: tag.name, at: index).unicodeScalars)
        index = tag.end
      } else {
        text.append(source[index])
        index += 1
      }
    }
    return String(text).trimmed
  }
}

/// The function that a guard block promises to define.
struct GuardedFunction {
  let name: String
  let arguments: String
  let result: String

  /// A call of one of the two functions that `function_signature.sql` makes.
  func call(_ function: String, _ values: [String: String]) -> String {
    let literals = [name, arguments, result].map { quoteLiteral($0) }.joined(separator: ",")
    return "select \(values["schema", default: ""]).\(function)(\(literals));"
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}

extension Unicode.Scalar {
  fileprivate var isWordScalar: Bool {
    isASCII && (properties.isAlphabetic || properties.numericType != nil) || self == "_"
  }
}
