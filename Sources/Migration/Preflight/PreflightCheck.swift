/// One thing that must be as it is before a run may begin.
package struct PreflightCheck: Hashable, Sendable {
  /// What was looked at, in a few words.
  package var title: String
  /// What was found.
  package var finding: String
  /// What to do about it; nil where nothing is wrong.
  package var remedy: String?

  package init(_ title: String, passed finding: String) {
    self.title = title
    self.finding = finding
  }

  package init(_ title: String, failed finding: String, remedy: String) {
    self.title = title
    self.finding = finding
    self.remedy = remedy
  }

  /// Whether it is as it must be.
  package var isPassed: Bool { remedy == nil }
}
