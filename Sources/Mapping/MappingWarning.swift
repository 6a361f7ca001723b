/// A warning for the operator, although nothing failed. The caller knows the engine.
package struct MappingWarning: Hashable, Sendable {
  package var rule: Rule
  /// The id of the old row (`role/member` for a membership); nil for a note about the whole engine or run.
  package var row: String?
  /// One sentence. Names of roles and service users may appear, emails never do.
  package var message: String

  package init(rule: Rule, row: String?, message: String) {
    self.rule = rule
    self.row = row
    self.message = message
  }
}

/// The reason why a row cannot be migrated as it is.
package struct Refusal: Hashable, Sendable {
  package var rule: Rule
  /// The id of the old row.
  package var row: String
  /// One sentence without emails.
  package var message: String
  /// An instruction for the operator.
  package var hint: String
}

/// The mapping has no result: nothing of the engine (or, without an engine, of the run) may be written.
package struct MappingError: Error, Hashable, CustomStringConvertible {
  /// The engine's slug; nil when the control plane is refused.
  package var engine: String?
  /// Never empty.
  package var refusals: [Refusal]

  package init(engine: String?, refusals: [Refusal]) {
    self.engine = engine
    self.refusals = refusals
  }

  package var description: String {
    refusals.map { "\($0.rule) \($0.row): \($0.message) \($0.hint)" }.joined(separator: "\n")
  }
}
