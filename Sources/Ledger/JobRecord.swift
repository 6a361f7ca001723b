import Foundation
import JobModel

/// A job as the ledger has it.
package struct JobRecord: Hashable, Sendable {
  package var job: Job
  package var state: JobState
  /// How often it was begun in this generation.
  package var attempts: Int
  /// Rows and bytes that it wrote; 0 until it is done. Where only its mark is known, the bytes are those
  /// expected.
  package var rows: Int
  package var bytes: Int
  /// Where it last ran ("copy 3").
  package var lane: String?
  /// Of the last attempt; nil where only its mark is known.
  package var startedAt: Date?
  /// Nil unless it is done or failed.
  package var finishedAt: Date?
  /// Of the last attempt that failed, even where a later one succeeded.
  package var failure: RecordedFailure?
  /// How far it is; nil unless it is running and has said so.
  package var progress: JobProgress?
}

/// Why an attempt failed, as an operator may read it: no row values, no connection strings.
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

/// How far a running job is.
package struct JobProgress: Hashable, Sendable {
  package var rows: Int
  package var bytes: Int
  /// Of an index build, in the words of `pg_stat_progress_create_index`.
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
