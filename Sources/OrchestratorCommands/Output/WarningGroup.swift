import Databases
import JobModel
import Ledger
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Runs
import SchemaPack
import Verification

/// The warnings of one rule and engine, equal ones once.
struct WarningGroup: Hashable, Sendable {
  var rule: String
  /// Nil for the control plane.
  var engine: String?
  /// In the order they came; never empty.
  var messages: [Message]

  struct Message: Hashable, Sendable {
    var text: String
    var count: Int
    /// The ids of the rows that it was said of; none where it is about no row.
    var rows: [String]
  }

  var count: Int { messages.map(\.count).reduce(0, +) }

  /// By rule, then engine, the control plane first.
  static func groups(of warnings: [MigrationWarning]) -> [WarningGroup] {
    struct Key: Hashable {
      var rule: String
      var engine: String?
    }
    return Dictionary(grouping: warnings) { Key(rule: $0.rule, engine: $0.engine) }
      .map { key, found in
        WarningGroup(rule: key.rule, engine: key.engine, messages: messages(of: found))
      }
      .sorted { ($0.rule, $0.engine ?? "") < ($1.rule, $1.engine ?? "") }
  }

  private static func messages(of warnings: [MigrationWarning]) -> [Message] {
    var messages: [Message] = []
    var places: [String: Int] = [:]
    for warning in warnings {
      let place = places[warning.message, default: messages.count]
      places[warning.message] = place
      if place == messages.count {
        messages.append(Message(text: warning.message, count: 0, rows: []))
      }
      messages[place].count += 1
      messages[place].rows += [warning.row].compactMap { $0 }
    }
    return messages
  }
}

// MARK: Text

extension [WarningGroup] {
  /// `warnings by rule: R10 2, index 1`; nothing where there are none.
  func counts(columns: Int) -> [StyledLine] {
    guard !isEmpty else { return [] }
    let counts = byRule.map { rule, groups in
      "\(rule) \(Figures.count(groups.map(\.count).reduce(0, +)))"
    }
    return StyledLine.wrapped(
      "warnings by rule: " + counts.joined(separator: ", "), .attention, columns: columns,
      indent: 0)
  }

  /// The counts, then the first few of each rule and engine, and how to see all. `ledger` is added to
  /// every command named.
  func lines(columns: Int, ledger: String) -> [StyledLine] {
    counts(columns: columns)
      + byRule.flatMap { rule, groups in
        let hidden = groups.count - WarningGroup.enginesMax
        let more = StyledLine(
          "  … \(rule) of \(Figures.count(hidden, "more engine")): "
            + "orchestrator status\(ledger) --json", .quiet)
        return groups.prefix(WarningGroup.enginesMax).flatMap {
          $0.lines(columns: columns, ledger: ledger)
        } + (hidden > 0 ? [more] : [])
      }
  }

  private var byRule: [(String, [WarningGroup])] {
    Dictionary(grouping: self, by: \.rule).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension WarningGroup {
  /// Engines shown of each rule.
  fileprivate static let enginesMax = 4
  /// Messages shown of each rule and engine.
  private static let messagesMax = 3

  fileprivate func lines(columns: Int, ledger: String) -> [StyledLine] {
    let head =
      StyledLine("  \(rule)  ", .attention) + StyledLine(engine ?? "control plane", .strong)
    let shown = messages.prefix(Self.messagesMax)
    let hidden = count - shown.map(\.count).reduce(0, +)
    let all = engine.map { "\(ledger) --engine \($0) --all" } ?? "\(ledger) --json"
    let more = StyledLine("    … \(Figures.count(hidden)) more: orchestrator status\(all)", .quiet)
    return [head] + shown.flatMap { $0.lines(columns: columns) } + (hidden > 0 ? [more] : [])
  }
}

extension WarningGroup.Message {
  private static let rowsMax = 3

  /// `row, row and 9 more: what is to be said ×12`.
  func lines(columns: Int) -> [StyledLine] {
    let times = count > 1 ? " ×\(Figures.count(count))" : ""
    return StyledLine.wrapped(place + text + times, .plain, columns: columns, indent: 4)
  }

  private var place: String {
    guard !rows.isEmpty else { return "" }
    let shown = rows.prefix(Self.rowsMax).joined(separator: ", ")
    let hidden = rows.count - Self.rowsMax
    return shown + (hidden > 0 ? " and \(Figures.count(hidden)) more" : "") + ": "
  }
}
