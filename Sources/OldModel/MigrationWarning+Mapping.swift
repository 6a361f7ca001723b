import JobModel
import Mapping
import PostgresLink

extension MigrationWarning {
  /// A warning of the mapping, about an engine or the control plane.
  package init(_ warning: MappingWarning, engine: String?) {
    self.init(
      rule: warning.rule.rawValue, engine: engine, row: warning.row, message: warning.message)
  }
}
