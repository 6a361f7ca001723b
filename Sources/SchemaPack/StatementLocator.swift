/// Finds the starts of a script's statements, as psql does: semicolons count
/// outside of quotes, comments, parentheses and `BEGIN ATOMIC … END`.
///
/// Needed because the server reports no position for an error during a statement.
struct StatementLocator {
  private let source: [Unicode.Scalar]
  private var index = 0
  private var words: [String] = []
  private var parentheses = 0
  private var atomicBlocks = 0

  /// The offset, in scalars, of the statement after the first `completed` ones; nil past the last.
  static func start(after completed: Int, in text: String) -> Int? {
    var locator = StatementLocator(source: Array(text.unicodeScalars))
    for _ in 0..<completed {
      guard locator.skipToStatement() != nil else { return nil }
      locator.skipStatement()
    }
    return locator.skipToStatement()
  }

  private init(source: [Unicode.Scalar]) {
    self.source = source
  }

  private mutating func skipToStatement() -> Int? {
    while index < source.count {
      if source[index].properties.isWhitespace || source[index] == ";" {
        index += 1
      } else if !skipComment() {
        return index
      }
    }
    return nil
  }

  private mutating func skipStatement() {
    words = []
    parentheses = 0
    atomicBlocks = 0
    while index < source.count {
      if source[index] == ";", parentheses == 0, atomicBlocks == 0 { return }
      if skipComment() || skipQuoted() || skipWord() { continue }
      if source[index] == "(" { parentheses += 1 }
      if source[index] == ")" { parentheses -= 1 }
      index += 1
    }
  }

  private func hasPrefix(_ prefix: String) -> Bool {
    source[index...].starts(with: prefix.unicodeScalars)
  }

  private mutating func skipComment() -> Bool {
    if hasPrefix("--") {
      index = source[index...].firstIndex(of: "\n") ?? source.count
      return true
    }
    guard hasPrefix("/*") else { return false }
    var depth = 0
    repeat {
      if hasPrefix("/*") {
        depth += 1
        index += 2
      } else if hasPrefix("*/") {
        depth -= 1
        index += 2
      } else {
        index += 1
      }
    } while depth > 0 && index < source.count
    return true
  }

  private mutating func skipQuoted() -> Bool {
    switch source[index] {
    case "'", "\"":
      skipQuotes(withEscapes: false)
      return true
    case "$":
      return skipDollarQuoted()
    default:
      return false
    }
  }

  /// A doubled quote ends one literal and starts the next one, with the same result.
  private mutating func skipQuotes(withEscapes: Bool) {
    let quote = source[index]
    index += 1
    while index < source.count, source[index] != quote {
      index += withEscapes && source[index] == "\\" ? 2 : 1
    }
    index = min(index + 1, source.count)
  }

  private mutating func skipDollarQuoted() -> Bool {
    guard
      let end = source[(index + 1)...].firstIndex(where: { !$0.isNameScalar }),
      source[end] == "$", !source[index + 1].isDigit
    else { return false }
    let tag = source[index...end]
    index = end + 1
    while index < source.count, !source[index...].starts(with: tag) { index += 1 }
    index = min(index + tag.count, source.count)
    return true
  }

  private mutating func skipWord() -> Bool {
    guard source[index].isNameScalar else { return false }
    let end = source[index...].firstIndex { !$0.isNameScalar && $0 != "$" } ?? source.count
    let word = String(String.UnicodeScalarView(source[index..<end])).lowercased()
    index = end
    if word == "e", index < source.count, source[index] == "'" { skipQuotes(withEscapes: true) }
    if words.count < 4 { words.append(word) }
    if parentheses == 0, definesRoutine { countBlocks(word) }
    return true
  }

  private var definesRoutine: Bool {
    words.first == "create" && (words.contains("function") || words.contains("procedure"))
  }

  private mutating func countBlocks(_ word: String) {
    switch word {
    case "begin": atomicBlocks += 1
    case "case" where atomicBlocks > 0: atomicBlocks += 1
    case "end" where atomicBlocks > 0: atomicBlocks -= 1
    default: break
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }

  /// Part of an unquoted identifier, `$` aside.
  fileprivate var isNameScalar: Bool {
    !isASCII || properties.isAlphabetic || isDigit || self == "_"
  }
}
