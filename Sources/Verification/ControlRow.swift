import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink

/// A row of a control table, reduced to what must be the same: the form in which what is planned and
/// what is there are compared.
struct ControlRow: Hashable, Identifiable {
  /// Tells the rows of one table apart.
  var id: ExactText
  /// The id that a finding may show: a uuid, never an email or a token.
  var row: String?
  /// How a finding names it, likewise.
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

  /// What this row, found, has otherwise than `planned`.
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
  /// Every row that the target lacks, has otherwise or has too much is a finding.
  ///
  /// - Parameter explain: why a surplus row is none.
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
