import Foundation
import JobModel

/// A job in the ledger.
package struct JobRecord: Hashable, Sendable {
  package var job: Job
  package var state: JobState
  /// The number of attempts in this generation.
  package var attempts: Int
  /// The rows and bytes that it wrote; 0 until it is done. If only its mark is known, the bytes are the
  /// expected ones.
  package var rows: Int
  package var bytes: Int
  /// The kind of lane on which it last ran.
  package var lane: String?
  /// The start of the last attempt; nil if only its mark is known.
  package var startedAt: Date?
  /// Nil unless it is done or failed.
  package var finishedAt: Date?
  /// The failure of the last attempt that failed, even if a later one succeeded.
  package var failure: RecordedFailure?
  /// Its progress; nil unless it is running and has reported some.
  package var progress: JobProgress?
}

/// The failure of an attempt, for operators: no row values, no connection strings.
package struct RecordedFailure: Hashable, Sendable {
  package var sqlState: String?
  package var message: String
  package var hint: String?

  package init(sqlState: String? = nil, message: String, hint: String? = nil) {
    self.sqlState = sqlState
    self.message = message
    self.hint = hint
  }
}

/// The progress of a running job.
package struct JobProgress: Hashable, Sendable {
  package var rows: Int
  package var bytes: Int
  /// The phase of an index build, from `pg_stat_progress_create_index`.
  package var phase: String?
  /// 0 to 100 within the phase.
  package var percent: Double?

  package init(rows: Int = 0, bytes: Int = 0, phase: String? = nil, percent: Double? = nil) {
    self.rows = rows
    self.bytes = bytes
    self.phase = phase
    self.percent = percent
  }
}
