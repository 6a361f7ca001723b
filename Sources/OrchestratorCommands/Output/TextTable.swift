import Databases
import Mapping
import OldModel
import Planning
import PostgresLink
import Scheduling
import SchemaPack

/// Columns of text that fit into a width.
struct TextTable: Sendable {
  struct Column: Sendable {
    var title: String
    var isRight = false
    /// Of the columns that may be narrowed those with the least go first; nil: never.
    var sacrifice: Int?
    /// It goes away altogether rather than become narrower than this.
    var columnsMin = 0
    /// Whether it may go away.
    var isOptional = false
  }

  struct Row: Sendable {
    var cells: [String]
    /// Of the cell with the same number.
    var tints: [Int: Tint] = [:]
    /// Said in lines of its own under the row.
    var below: [StyledLine] = []
  }

  var columns: [Column]
  var rows: [Row]

  private static let gap = 2

  /// The titles, then the rows; nothing where there are none.
  func lines(columns width: Int) -> [StyledLine] {
    guard !rows.isEmpty else { return [] }
    let widths = widths(in: width)
    let titles = Row(
      cells: columns.map(\.title),
      tints: Dictionary(uniqueKeysWithValues: columns.indices.map { ($0, .quiet) }))
    return ([titles] + rows).flatMap { [line($0, widths)] + $0.below }
  }

  private func line(_ row: Row, _ widths: [Int]) -> StyledLine {
    let shown = columns.indices.filter { widths[$0] > 0 }
    return shown.reduce(into: StyledLine()) { line, index in
      let isLast = index == shown.last
      let cell = row.cells[index].printable
      let text = cell.fitted(to: widths[index], alignedRight: columns[index].isRight)
      line += StyledLine(
        isLast && !columns[index].isRight ? cell : text, row.tints[index] ?? .plain)
      if !isLast { line += StyledLine(String(repeating: " ", count: Self.gap)) }
    }
  }

  private func widths(in width: Int) -> [Int] {
    var widths = columns.indices.map { index in
      rows.map { $0.cells[index].printable.columns }.reduce(columns[index].title.columns, max)
    }
    let narrowing = columns.indices.filter { columns[$0].sacrifice != nil }
      .sorted { columns[$0].sacrifice ?? 0 < columns[$1].sacrifice ?? 0 }
    for index in narrowing {
      let total = widths.filter { $0 > 0 }.map { $0 + Self.gap }.reduce(-Self.gap, +)
      guard total > width else { break }
      let rest = widths[index] - (total - width)
      let isTooNarrow = rest < columns[index].columnsMin
      widths[index] =
        isTooNarrow && columns[index].isOptional
        ? 0 : min(widths[index], max(rest, columns[index].columnsMin))
    }
    return widths
  }
}
