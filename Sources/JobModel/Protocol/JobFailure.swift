/// Why an attempt at a job ended without a commit, and what follows from it.
package struct JobFailure: Error, Hashable, Sendable {
  /// What the scheduler does next; an error states its own fate.
  package enum Fate: Hashable, Sendable {
    /// Passing trouble: back off and try again.
    case retry
    /// The target may have lost commits, or its marks say more than the ledger: read all marks again,
    /// then decide anew.
    case reconcile
    /// This engine is over for now; the others go on.
    case failEngine
    /// The source does not stand still; the engine ends as `drifted`.
    case drifted
    /// Someone else writes this run now: stop without writing.
    case fenced
    /// Nothing can go on, but a later `resume` can: a login that is refused, a full ledger disk.
    case stopRun
    /// The process was stopped by a signal.
    case interrupted
  }

  package var fate: Fate
  /// SQLSTATE, where a server gave one.
  package var code: String?
  /// What happened and where; never row values, secrets or emails.
  package var message: String
  /// What to do about it.
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

/// What a committed job reports.
package struct JobReceipt: Sendable {
  package var rows: Int
  package var bytes: Int
  /// Jobs that its transaction added to the plan.
  package var newJobs: [Job]
  package var warnings: [MigrationWarning]
  /// Rows that a chunk set aside (M4): a tenth of it at most, or a few.
  package var rejected: [RejectedRow]
  /// Chunks that a roster copied again because their source had changed, with their rows now.
  package var repaired: [JobName: Int]

  package init(
    rows: Int = 0, bytes: Int = 0, newJobs: [Job] = [], warnings: [MigrationWarning] = [],
    rejected: [RejectedRow] = [], repaired: [JobName: Int] = [:]
  ) {
    self.rows = rows
    self.bytes = bytes
    self.newJobs = newJobs
    self.warnings = warnings
    self.rejected = rejected
    self.repaired = repaired
  }
}
