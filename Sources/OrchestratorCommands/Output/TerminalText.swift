import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import SchemaPack

/// Text as a terminal shows it.
extension String {
  /// How many columns a terminal gives it.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// Without what a terminal would act upon: control characters and those that turn the direction of
  /// writing become `·`.
  var printable: String {
    guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
    var text = UnicodeScalarView()
    for scalar in unicodeScalars { text.append(scalar.isUnprintable ? "·" : scalar) }
    return String(text)
  }

  /// Line by line, so that text of several lines keeps them.
  var printableLines: String {
    split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { String($0).printable }.joined(separator: "\n")
  }

  /// JSON with the escapes that its encoder does not write, for what a terminal would act upon: the same
  /// value to every program that reads it.
  var printableJSON: String {
    guard unicodeScalars.contains(where: \.needsJSONEscape) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      guard scalar.needsJSONEscape else { return text.unicodeScalars.append(scalar) }
      for unit in String(scalar).utf16 { text += "\\u" + String(format: "%04x", unit) }
    }
  }

  /// As much of its beginning as `columns` can hold.
  func beginning(in columns: Int) -> String {
    var left = columns
    return String(
      prefix { character in
        left -= character.columns
        return left >= 0
      })
  }

  /// Its beginning in at most `columns`, with `…` for the rest.
  func cut(to columns: Int) -> String {
    guard self.columns > columns else { return self }
    return columns > 0 ? beginning(in: columns - 1) + "…" : ""
  }

  /// Cut or filled up with blanks to exactly `columns`.
  func fitted(to columns: Int, alignedRight: Bool = false) -> String {
    let text = cut(to: columns)
    let blanks = String(repeating: " ", count: max(0, columns - text.columns))
    return alignedRight ? blanks + text : text + blanks
  }

  /// In lines of at most `columns`, broken at blanks where there are any. Text of several lines keeps
  /// them, and those that are indented as they are: an excerpt, with a caret below what it points at.
  func wrapped(to columns: Int) -> [String] {
    split(whereSeparator: \.isNewline).flatMap { line in
      line.hasPrefix(" ") ? [String(line).printable] : String(line).paragraph(of: columns)
    }
  }

  private func paragraph(of columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in printable.split(separator: " ").flatMap({ String($0).pieces(of: columns) }) {
      if line.isEmpty {
        line = word
      } else if line.columns + 1 + word.columns <= columns {
        line += " " + word
      } else {
        lines.append(line)
        line = word
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  private func pieces(of columns: Int) -> [String] {
    reduce(into: [""]) { pieces, character in
      let last = pieces.count - 1
      if pieces[last].columns + character.columns <= columns || pieces[last].isEmpty {
        pieces[last].append(character)
      } else {
        pieces.append(String(character))
      }
    }
  }
}

extension Character {
  /// Two for East Asian wide characters and emoji, else one.
  fileprivate var columns: Int {
    guard let scalar = unicodeScalars.first else { return 0 }
    if scalar.properties.isEmojiPresentation || unicodeScalars.contains("\u{FE0F}") { return 2 }
    return Self.wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Unicode's EastAsianWidth.txt, W and F, in its large blocks.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}

extension Unicode.Scalar {
  /// The encoder escapes what is below; the newlines between its lines are its own.
  fileprivate var needsJSONEscape: Bool { value >= 0x7F && isUnprintable }

  fileprivate var isUnprintable: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
    // The zero-width joiner holds emoji together; the other format characters turn the direction.
    case .format: self != "\u{200D}"
    default: false
    }
  }
}
