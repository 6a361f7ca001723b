import Foundation

/// An interval of memory ids: `lo < id <= hi`; nil is unbounded.
package struct IDRange: Hashable, Sendable {
  /// Excluded; nil for the first range of an engine.
  package var lo: UUID?
  /// Included; nil for the last range of an engine.
  package var hi: UUID?

  package init(lo: UUID?, hi: UUID?) {
    self.lo = lo
    self.hi = hi
  }

  /// Every id.
  package static let all = IDRange(lo: nil, hi: nil)

  /// Ids have the order of their text.
  package func contains(_ id: UUID) -> Bool {
    (lo.map { $0.uuidString < id.uuidString } ?? true)
      && (hi.map { id.uuidString <= $0.uuidString } ?? true)
  }
}

/// One planned job, as both the target's `plan` and the ledger hold it.
package struct Job: Hashable, Sendable {
  package var name: JobName
  /// Raised by a reset. A mark of another generation does not count.
  package var generation: Int
  /// The memory ids a chunk covers; `.all` for every other kind.
  package var range: IDRange
  /// Rows that the plan expects; an estimate for ordering and progress, never a proof.
  package var expectedRows: Int
  /// Bytes on the wire that the plan expects.
  package var expectedBytes: Int

  package init(
    name: JobName, generation: Int, range: IDRange = .all, expectedRows: Int = 0,
    expectedBytes: Int = 0
  ) {
    self.name = name
    self.generation = generation
    self.range = range
    self.expectedRows = expectedRows
    self.expectedBytes = expectedBytes
  }
}

/// The state of a job in the ledger. The target's marks decide, and the ledger follows.
package enum JobState: String, CaseIterable, Sendable {
  /// Not begun. After a crash, `resume` runs it.
  case pending
  /// Handed to a lane. After a crash, `resume` makes it `done` if the target has its mark, and `pending`
  /// if not.
  case running
  /// Its mark is committed in the target. Only a reset, or a target that lost the mark, undoes it.
  case done
  /// Ended with a permanent error. `resume` makes it `pending` again.
  case failed

  /// The changes that the ledger allows. Its triggers refuse every other one.
  package func mayBecome(_ next: JobState) -> Bool {
    switch (self, next) {
    case (.pending, .running), (.pending, .done): true
    case (.running, .done), (.running, .failed), (.running, .pending): true
    case (.failed, .pending), (.failed, .done): true
    // A target that lost commits (a failover), or a reset.
    case (.done, .pending): true
    case (.pending, .pending), (.pending, .failed), (.running, .running), (.done, .running),
      (.done, .done), (.done, .failed), (.failed, .running), (.failed, .failed):
      false
    }
  }
}

/// The record of a committed job in the target: positive evidence of its work.
package struct Mark: Hashable, Sendable {
  package var name: JobName
  package var generation: Int
  package var range: IDRange
  /// Rows that the transaction wrote.
  package var rows: Int
  /// The source's fingerprint in the snapshot that was copied; nil if the job reads no source.
  package var fingerprint: String?

  package init(
    name: JobName, generation: Int, range: IDRange, rows: Int, fingerprint: String? = nil
  ) {
    self.name = name
    self.generation = generation
    self.range = range
    self.rows = rows
    self.fingerprint = fingerprint
  }

  /// Whether this mark proves that `job` is done. The name alone does not: generation and range must agree.
  package func proves(_ job: Job) -> Bool {
    name == job.name && generation == job.generation && range == job.range
  }
}
