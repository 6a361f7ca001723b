/// A warning for the operator, although nothing failed. The target keeps it as a fact, and `status` and
/// the summary at the end show it from the ledger.
package struct MigrationWarning: Codable, Hashable, Sendable {
  /// The rule of the mapping (`R10`), or a word such as `index` or `drift`.
  package var rule: String
  /// The engine's slug; nil for the control plane.
  package var engine: String?
  /// The id of the row concerned, if there is one.
  package var row: String?
  /// One sentence; never an email, a content or a secret.
  package var message: String

  package init(rule: String, engine: String?, row: String?, message: String) {
    self.rule = rule
    self.engine = engine
    self.row = row
    self.message = message
  }
}
