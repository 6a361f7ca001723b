import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

extension SurveyReport {
  /// What a person reads: the sources in numbers, then what was found.
  ///
  /// - Parameter listsGrants: every owner and grant, with its path.
  func lines(columns: Int, listsGrants: Bool = false) -> [StyledLine] {
    var sections = [databaseLines]
    if let controlPlane {
      sections += [controlPlane.lines, engineLines(controlPlane), accessLines]
      if listsGrants { sections.append(rightLines(columns)) }
    }
    sections.append(findingLines(columns))
    return Array(sections.filter { !$0.isEmpty }.joined(separator: [StyledLine()]))
  }

  private var databaseLines: [StyledLine] {
    let how =
      areDistinctClusters
      ? "two databases on two clusters"
      : areDistinctDatabases ? "two databases of one cluster" : "one and the same database"
    return [
      StyledLine("sources  ", .strong) + StyledLine(how), line("accounts", accounts),
      line("shard   ", shard),
    ]
  }

  private func line(_ name: String, _ database: DatabaseIdentity) -> StyledLine {
    StyledLine(
      "  \(name)  \(database.address)  \(database.versionText)"
        + (database.isInRecovery ? ", a standby" : ""))
  }

  private func engineLines(_ controlPlane: ControlPlane) -> [StyledLine] {
    let statuses = controlPlane.enginesByStatus.sorted { $0.key < $1.key }
      .map { "\(Figures.count($0.value)) \($0.key)" }
    let embeddings = engines.reduce(0) { $0 + $1.nullEmbeddings }
    let largest = largestEngine.map {
      ", \(Figures.count($0.memories)) of them in the largest (\($0.slug))"
    }
    return [
      StyledLine("engines", .strong),
      StyledLine("  " + statuses.joined(separator: ", ")),
      StyledLine(
        "  \(Figures.count(memories, "memory", plural: "memories"))\(largest ?? ""), "
          + "\(Figures.bytes(bytes)) on disk without indexes"),
      columnLine,
      StyledLine("  \(Figures.count(embeddings)) without an embedding"),
      StyledLine("  languages: " + tally(engines.map(\.language))),
      StyledLine("  dimensions: " + tally(engines.map { "\($0.dimensions)" })),
    ]
  }

  private var columnLine: StyledLine {
    let gaps = enginesWithGaps.count
    return gaps == 0
      ? StyledLine(
        "  every column that a run reads is there, in accounts and in "
          + Figures.count(engines.count, "engine"))
      : StyledLine(
        "  \(Figures.count(gaps, "engine")) cannot be read whole (see source below)", .bad)
  }

  private func rightLines(_ columns: Int) -> [StyledLine] {
    let table = TextTable(
      columns: [
        TextTable.Column(title: "engine"),
        TextTable.Column(title: "path", sacrifice: 1, columnsMin: 20),
        TextTable.Column(title: "holder"), TextTable.Column(title: "actions"),
        TextTable.Column(title: "widened"),
      ],
      rows: engines.flatMap { engine in
        engine.rights.map { right in
          let actions = right.grant == nil ? "owner" : right.actions.joined(separator: ",")
          return TextTable.Row(cells: [
            engine.slug, right.path.isEmpty ? "/" : right.path,
            "\(right.holderKind.rawValue) \(right.holder.uuidString.lowercased())",
            actions + (right.grant != nil && right.withGrantOption ? " +grant" : ""),
            right.isWidened ? "yes" : "",
          ])
        }
      })
    return [StyledLine("owners and grants", .strong)] + table.lines(columns: columns)
  }

  /// `english (33), german (1)`.
  private func tally(_ values: [String]) -> String {
    Dictionary(grouping: values) { $0 }.mapValues(\.count).sorted { $0.key < $1.key }
      .map { "\($0.key) (\(Figures.count($0.value)))" }.joined(separator: ", ")
  }

  private var accessLines: [StyledLine] {
    func sum(_ count: (Engine) -> Int) -> Int { engines.reduce(0) { $0 + count($1) } }
    return [
      StyledLine("users and rights of the engines", .strong),
      StyledLine(
        "  \(Figures.count(sum(\.people), "person", plural: "people")), "
          + "\(Figures.count(sum(\.serviceUsers), "service user")), "
          + Figures.count(sum(\.roles), "role")),
      StyledLine(
        "  \(Figures.count(sum(\.roleMemberships), "role membership")), "
          + "\(Figures.count(sum(\.treeOwners), "tree owner")), "
          + "\(Figures.count(sum(\.grants), "grant")), "
          + "\(Figures.count(sum(\.widenedGrants))) of them widened (R8)"),
    ]
  }
}

extension SurveyReport.ControlPlane {
  fileprivate var lines: [StyledLine] {
    let sizes = orgSizes.map {
      "\(Figures.count($0.orgs)) with \(Figures.count($0.members, "member"))"
    }
    let engines = enginesPerOrg.map {
      "\(Figures.count($0.orgs)) with \(Figures.count($0.engines, "active engine"))"
    }
    return [
      StyledLine("people", .strong),
      StyledLine(
        "  \(Figures.count(identities, "identity", plural: "identities")), "
          + "\(Figures.count(oauthAccounts, "OAuth account")), "
          + "\(Figures.count(liveSessions, "live session")) of \(Figures.count(sessions))"),
      StyledLine("  \(Figures.count(orgs, "org")): " + sizes.joined(separator: ", ")),
      StyledLine(
        "  \(Figures.count(orgOwners, "owner")), \(Figures.count(orgAdmins, "admin")), "
          + "\(Figures.count(orgMembers, "plain member")); "
          + "\(Figures.count(orgsWithoutEngine, "org")) without an engine"),
      StyledLine("  orgs by engines: " + engines.joined(separator: ", ")),
      StyledLine("  \(Figures.count(pendingInvitations, "pending invitation"))"),
    ]
  }
}

// MARK: - Findings

extension SurveyReport {
  private func findingLines(_ columns: Int) -> [StyledLine] {
    let counts = Dictionary(grouping: findings, by: \.severity).mapValues(\.count)
    let summary =
      "\(Figures.count(counts[.blocking] ?? 0)) blocking, "
      + "\(Figures.count(counts[.warning] ?? 0, "warning")), "
      + Figures.count(counts[.note] ?? 0, "note")
    return [
      StyledLine("findings  ", .strong)
        + StyledLine(summary, isBlocked ? .bad : counts[.warning] == nil ? .good : .attention)
    ] + FindingGroup.groups(of: findings).flatMap { $0.lines(columns) }
  }
}

/// Findings that say the same of several engines.
private struct FindingGroup {
  var findings: [SurveyFinding]

  private struct Key: Hashable {
    var rule: String
    var severity: SurveyFinding.Severity
    var message: String
  }

  /// In the order of each group's first.
  static func groups(of findings: [SurveyFinding]) -> [FindingGroup] {
    var groups: [FindingGroup] = []
    var places: [Key: Int] = [:]
    for finding in findings {
      let key = Key(rule: finding.rule, severity: finding.severity, message: finding.message)
      if let place = places[key] {
        groups[place].findings.append(finding)
      } else {
        places[key] = groups.count
        groups.append(FindingGroup(findings: [finding]))
      }
    }
    return groups
  }

  private static let shownMax = 4

  func lines(_ columns: Int) -> [StyledLine] {
    guard let first = findings.first else { return [] }
    let count = findings.reduce(0) { $0 + $1.count }
    let counted = count > 1 ? " (\(Figures.count(count)))" : ""
    let head = "\(first.rule): \(first.message)\(counted)"
    return StyledLine.marked(
      first.severity.mark, head, first.severity.tint, columns: columns)
      + StyledLine.wrapped(place, .quiet, columns: columns, indent: 4)
      + StyledLine.wrapped(
        first.remedy.map { "→ \($0)" } ?? "", .plain, columns: columns, indent: 4)
  }

  /// Where: the engine and its first rows, or the first engines.
  private var place: String {
    let engines = findings.compactMap(\.engine)
    guard engines.count > 1 else {
      let ids = findings.flatMap(\.ids)
      let total = findings.reduce(0) { $0 + max($1.count, $1.ids.count) }
      let rows = some(ids, of: ids.isEmpty ? 0 : total)
      return engines.first.map { rows.isEmpty ? $0 : "\($0): \(rows)" } ?? rows
    }
    return "in \(Figures.count(engines.count, "engine")): " + some(engines, of: engines.count)
  }

  private func some(_ texts: [String], of total: Int) -> String {
    let shown = texts.prefix(Self.shownMax).joined(separator: ", ")
    let hidden = total - min(texts.count, Self.shownMax)
    return hidden > 0 ? "\(shown) and \(Figures.count(hidden)) more" : shown
  }
}

extension SurveyFinding.Severity {
  var mark: String {
    switch self {
    case .blocking: "✗"
    case .warning: "⚠"
    case .note: "·"
    }
  }

  var tint: Tint {
    switch self {
    case .blocking: .bad
    case .warning: .attention
    case .note: .plain
    }
  }
}

extension DatabaseIdentity {
  /// `PostgreSQL 18.1`.
  var versionText: String { "PostgreSQL \(serverVersion / 10_000).\(serverVersion % 10_000)" }
}
