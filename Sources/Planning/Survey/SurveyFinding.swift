import Databases
import JobModel
import OldModel

/// Something in the sources that the operator should know of before a run. Ids, slugs and counts only:
/// no email, no name, no content.
package struct SurveyFinding: Hashable, Sendable {
  /// What comes of it. In the order of what has to be looked at first.
  package enum Severity: String, CaseIterable, Comparable, Sendable {
    /// `start` refuses it or, with an engine, that engine fails and the others go on.
    case blocking
    /// Something is left out or changed, with a warning.
    case warning
    /// Good to know.
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

  /// Of the mapping; `source` for what concerns the databases themselves, `index` for what an index of
  /// the target cannot hold.
  package var rule: String
  package var severity: Severity
  /// The slug; nil where it is about the control plane or several engines.
  package var engine: String?
  /// One sentence.
  package var message: String
  /// How many rows (engines, schemas) it is about.
  package var count: Int
  /// The first of them, at most `idsMax`: ids, `role/member` pairs, slugs or schemas.
  package var ids: [String]
  /// What to do about it, if anything.
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
  /// What has to be looked at first comes first; then by rule and engine.
  package func inOrder() -> [SurveyFinding] {
    sorted {
      ($0.severity, $0.rule, $0.engine ?? "", $0.message)
        < ($1.severity, $1.rule, $1.engine ?? "", $1.message)
    }
  }
}
