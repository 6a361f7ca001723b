/// The reason why an attempt at a job ended without a commit, and its consequence.
package struct JobFailure: Error, Hashable, Sendable {
  /// The scheduler's next step, which each error states itself.
  package enum Fate: Hashable, Sendable {
    /// A passing problem: back off and try again.
    case retry
    /// The target may have lost commits, or has marks that the ledger does not know: read all marks
    /// again, then decide.
    case reconcile
    /// This engine has failed for now; the others continue.
    case failEngine
    /// The source keeps changing; the engine ends as `drifted`.
    case drifted
    /// Another process writes this run now: stop without writing.
    case fenced
    /// Nothing can continue, but a later `resume` can: a refused login, a full ledger disk.
    case stopRun
    /// The process was stopped by a signal.
    case interrupted
  }

  package var fate: Fate
  /// The SQLSTATE, if a server reported one.
  package var code: String?
  /// What happened and where; never row values, secrets or emails.
  package var message: String
  /// An instruction.
  package var hint: String?

  package init(fate: Fate, code: String? = nil, message: String, hint: String? = nil) {
    self.fate = fate
    self.code = code
    self.message = message
    self.hint = hint
  }
}

extension JobFailure: CustomStringConvertible {
  package var description: String {
    var text = message
    if let code, !text.contains(code) { text += " (SQLSTATE \(code))" }
    if let hint { text += ". \(hint)" }
    return text
  }
}

/// The report of a committed job.
package struct JobReceipt: Sendable {
  package var rows: Int
  package var bytes: Int
  /// Jobs that its transaction added to the plan.
  package var newJobs: [Job]
  package var warnings: [MigrationWarning]
  /// Rows that a chunk set aside (M4): a tenth of it at most, or a few.
  package var rejected: [RejectedRow]

  package init(
    rows: Int = 0, bytes: Int = 0, newJobs: [Job] = [], warnings: [MigrationWarning] = [],
    rejected: [RejectedRow] = []
  ) {
    self.rows = rows
    self.bytes = bytes
    self.newJobs = newJobs
    self.warnings = warnings
    self.rejected = rejected
  }
}
