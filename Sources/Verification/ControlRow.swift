import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink

/// A row of `auth` or `core`, reduced to the values that must be equal: planned and found rows are
/// compared in this form.
struct ControlRow: Hashable, Identifiable {
  /// The key that identifies a row of one table.
  var id: ExactText
  /// The id that a finding may show: a uuid, never an email or a token.
  var row: String?
  /// The row's name in findings, equally safe.
  var label: String
  var columns: [String: ExactText]

  init(_ id: String, row: String?, label: String, _ columns: [String: String]) {
    self.id = ExactText(id)
    self.row = row
    self.label = label
    self.columns = columns.mapValues { ExactText($0) }
  }

  static func == (left: Self, right: Self) -> Bool {
    left.id == right.id && left.columns == right.columns
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(id)
  }

  /// Columns whose values findings do not show.
  private static let privateColumns: Set<String> = ["email", "name"]

  /// The differences of this found row from `planned`.
  fileprivate func differences(from planned: ControlRow) -> [(column: String, text: String)] {
    planned.columns.sorted { $0.key < $1.key }.compactMap { column, value in
      let found = columns[column]
      guard found != value else { return nil }
      guard !Self.privateColumns.contains(column) else { return (column, "\(column) differs") }
      return (column, "\(column) is \(found?.text ?? "missing"), should be \(value.text)")
    }
  }
}

extension VerifyCheck {
  /// Reports every row that is missing in the target, different, or additional.
  ///
  /// - Parameter explain: the reason why an additional row is no finding; nil if there is none.
  mutating func compare(
    _ engine: String?, planned: [ControlRow], found: [ControlRow],
    explain: (ControlRow) -> String? = { _ in nil }
  ) {
    looked += planned.count
    let difference = RowDifference(planned: planned, present: found)
    let foundByID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    let alike = Dictionary(grouping: found, by: \.id).filter { $0.value.count > 1 }
    for (_, rows) in alike.sorted(by: { $0.key < $1.key }) {
      fail(
        VerifyFinding(
          engine: engine, row: rows[0].row,
          "\(rows[0].label) is in the target \(rows.count) times"))
    }
    for row in difference.missing {
      fail(VerifyFinding(engine: engine, row: row.row, "\(row.label) is missing"))
    }
    for row in difference.changed {
      for (column, text) in foundByID[row.id]?.differences(from: row) ?? [] {
        fail(
          VerifyFinding(engine: engine, row: row.row, column: column, "\(row.label): \(text)"))
      }
    }
    for row in difference.surplus {
      if let reason = explain(row) {
        note(VerifyFinding(engine: engine, row: row.row, "\(row.label) \(reason)"))
      } else {
        fail(
          VerifyFinding(
            engine: engine, row: row.row,
            "\(row.label) is in the target and follows from nothing at the source"))
      }
    }
  }
}
