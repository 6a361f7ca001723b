import Databases
import JobModel
import OldModel

/// A finding in the sources that the operator should know before a run. Holds only ids, slugs and counts: no
/// email, no name, no content.
package struct SurveyFinding: Hashable, Sendable {
  /// The consequence, most urgent first.
  package enum Severity: String, CaseIterable, Comparable, Sendable {
    /// `start` refuses; or, if the finding names an engine, that engine fails and the others are migrated.
    case blocking
    /// A row is left out or changed, with a warning.
    case warning
    /// Information only.
    case note

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .blocking: 0
      case .warning: 1
      case .note: 2
      }
    }
  }

  /// A rule of the mapping; or `source` for the databases themselves, `index` for rows that an index of
  /// the target cannot hold.
  package var rule: String
  package var severity: Severity
  /// The slug; nil for the control plane or for several engines.
  package var engine: String?
  /// One sentence.
  package var message: String
  /// The number of rows, engines or schemas concerned.
  package var count: Int
  /// The first `idsMax` of them: ids, `role/member` pairs, slugs or schemas.
  package var ids: [String]
  /// An instruction, if there is something to do.
  package var remedy: String?

  package static let idsMax = 20

  package init(
    rule: String, _ severity: Severity, engine: String? = nil, message: String, ids: [String],
    count: Int? = nil, remedy: String? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.engine = engine
    self.message = message
    self.count = count ?? ids.count
    self.ids = Array(ids.prefix(Self.idsMax))
    self.remedy = remedy
  }
}

extension [SurveyFinding] {
  /// Orders by urgency, then by rule and engine.
  package func inOrder() -> [SurveyFinding] {
    sorted {
      ($0.severity, $0.rule, $0.engine ?? "", $0.message)
        < ($1.severity, $1.rule, $1.engine ?? "", $1.message)
    }
  }
}
