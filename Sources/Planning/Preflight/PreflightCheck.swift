import JobModel
import OldModel
import Scheduling

/// One condition that is checked before a run begins.
package struct PreflightCheck: Hashable, Sendable {
  package enum Outcome: String, Sendable {
    /// The condition holds.
    case passed
    /// `start` continues, but the operator should know.
    case warning
    /// `start` refuses.
    case failed
  }

  /// The condition, in a few words.
  package var title: String
  package var outcome: Outcome
  /// The finding.
  package var finding: String
  /// An instruction; nil if the condition holds.
  package var remedy: String?
  /// Whether it may hold later without a change: a server cannot be reached now.
  package var mayPass = false

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

  package init(
    _ title: String, failed finding: String, remedy: String, mayPass: Bool = false
  ) {
    self.title = title
    self.mayPass = mayPass
    self.finding = finding
    self.remedy = remedy
    outcome = .failed
  }

  /// Whether it makes `start` refuse.
  package var isFailed: Bool { outcome == .failed }
}
