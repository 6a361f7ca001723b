import JobModel
import OldModel
import Scheduling

/// One thing that was looked at before a run may begin.
package struct PreflightCheck: Hashable, Sendable {
  package enum Outcome: String, Sendable {
    /// It is as it must be.
    case passed
    /// `start` goes on all the same; the operator should know.
    case warning
    /// `start` refuses.
    case failed
  }

  /// What was looked at, in a few words.
  package var title: String
  package var outcome: Outcome
  /// What was found.
  package var finding: String
  /// What to do about it; nil where nothing is wrong.
  package var remedy: String?

  package init(_ title: String, passed finding: String) {
    self.title = title
    self.finding = finding
    outcome = .passed
  }

  package init(_ title: String, warning finding: String, remedy: String) {
    self.title = title
    self.finding = finding
    self.remedy = remedy
    outcome = .warning
  }

  package init(_ title: String, failed finding: String, remedy: String) {
    self.title = title
    self.finding = finding
    self.remedy = remedy
    outcome = .failed
  }

  /// Whether it keeps a run from beginning.
  package var isFailed: Bool { outcome == .failed }
}
