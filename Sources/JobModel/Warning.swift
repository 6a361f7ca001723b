/// Something the operator must hear of although nothing failed; recorded in the target as a fact and
/// in the ledger, and shown by `status` and the exit summary.
package struct MigrationWarning: Codable, Hashable, Sendable {
  /// The rule of the mapping that it comes from (`R10`), or a word of ours (`index`, `drift`).
  package var rule: String
  /// The engine's slug; nil for the control plane.
  package var engine: String?
  /// The id of the row it is about, where there is one.
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
