import Databases
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// One line of output, laid out before it is coloured, so that colours never count as columns.
///
/// Its text is made printable: names and error messages come from databases, and must not move the
/// operator's cursor.
struct StyledLine: Hashable, Sendable {
  private var spans: [Span]

  private struct Span: Hashable, Sendable {
    var text: String
    var tint: Tint
  }

  init(_ text: String = "", _ tint: Tint = .plain) {
    spans = text.isEmpty ? [] : [Span(text: text.printable, tint: tint)]
  }

  /// Without colours, and not cut.
  var plain: String { spans.map(\.text).joined() }

  var columns: Int { plain.columns }

  static func + (left: StyledLine, right: StyledLine) -> StyledLine {
    var sum = left
    sum.spans += right.spans
    return sum
  }

  static func += (left: inout StyledLine, right: StyledLine) {
    left.spans += right.spans
  }

  /// In as many lines as it takes, broken at blanks where there are any, with all its colours; all but
  /// the first are indented.
  func folded(to columns: Int) -> [StyledLine] {
    guard self.columns > columns else { return [self] }
    let cells = spans.flatMap { span in span.text.map { Span(text: String($0), tint: span.tint) } }
    var end = 0
    var width = 0
    while end < cells.count, width + cells[end].text.columns <= columns {
      width += cells[end].text.columns
      end += 1
    }
    let blank = cells[..<end].lastIndex { $0.text == " " }
    // Behind the indentation, or nothing would be gained.
    if let blank, blank > Self.foldIndent { end = blank }
    let rest = cells[end...].drop { $0.text == " " }
    let indent = StyledLine(String(repeating: " ", count: Self.foldIndent))
    return [StyledLine(cells[..<end])] + (indent + StyledLine(rest)).folded(to: columns)
  }

  private static let foldIndent = 4

  /// Neighbours of one colour become one span.
  private init(_ cells: ArraySlice<Span>) {
    spans = cells.reduce(into: []) { spans, cell in
      if spans.last?.tint == cell.tint {
        spans[spans.count - 1].text += cell.text
      } else {
        spans.append(cell)
      }
    }
  }

  /// Cut to `columns`, with `…` for the rest, and coloured.
  func rendered(columns: Int, style: Style) -> String {
    let isCut = self.columns > columns
    var left = isCut ? columns - 1 : columns
    var text = ""
    for span in spans where left > 0 {
      text += style.paint(span.text.beginning(in: left), span.tint)
      left -= span.text.columns
    }
    return isCut ? text + "…" : text
  }
}

extension [StyledLine] {
  /// The lines as they are printed.
  func rendered(columns: Int, style: Style) -> [String] {
    map { $0.rendered(columns: columns, style: style) }
  }
}

extension StyledLine {
  /// A paragraph behind a mark: `✗ what was found`, all its lines in line with the first.
  static func marked(_ mark: String, _ text: String, _ tint: Tint, columns: Int) -> [StyledLine] {
    wrapped(text, tint, columns: columns - 2, indent: 0).enumerated().map { index, line in
      StyledLine(index == 0 ? "\(mark) " : "  ", tint) + line
    }
  }
}
