import JobModel
import Mapping

extension MigrationWarning {
  /// A warning of the mapping, said of an engine or of the control plane.
  init(_ warning: MappingWarning, engine: String?) {
    self.init(
      rule: warning.rule.rawValue, engine: engine, row: warning.row, message: warning.message)
  }
}

extension Fact {
  /// A warning, to be kept with the job's work.
  init(_ warning: MigrationWarning, job: JobName) {
    self.init(
      engine: warning.engine, kind: .warning,
      key: "\(warning.rule)/\(warning.row ?? "")/\(warning.message)", job: job,
      value: StoredWarning(rule: warning.rule, row: warning.row, message: warning.message))
  }

  /// The warning that this fact keeps; nil for facts of other kinds.
  package func warning() throws -> MigrationWarning? {
    guard kind == .warning else { return nil }
    let stored = try decoded(StoredWarning.self)
    return MigrationWarning(
      rule: stored.rule, engine: engine, row: stored.row, message: stored.message)
  }
}

/// A warning's form in the target.
private struct StoredWarning: Codable {
  var rule: String
  var row: String?
  var message: String
}
