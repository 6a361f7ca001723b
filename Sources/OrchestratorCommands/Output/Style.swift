import Mapping

/// What a piece of text means; `Style` decides how that looks.
enum Tint: Hashable, Sendable {
  case plain, strong, quiet, good, attention, bad
}

/// Whether colours are written at all.
struct Style: Hashable, Sendable {
  var isColored: Bool

  static let plain = Style(isColored: false)

  /// Colours only for a terminal, and never where `NO_COLOR` is set to anything (no-color.org).
  init(isTerminal: Bool, environment: [String: String]) {
    isColored =
      isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  init(isColored: Bool) {
    self.isColored = isColored
  }

  func paint(_ text: String, _ tint: Tint) -> String {
    let code: Int? =
      switch tint {
      case .plain: nil
      case .strong: 1
      case .quiet: 2
      case .good: 32
      case .attention: 33
      case .bad: 31
      }
    guard isColored, let code, !text.isEmpty else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
