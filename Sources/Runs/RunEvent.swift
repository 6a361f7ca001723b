import Foundation
import JobModel
import Ledger
import OldModel
import Planning
import PostgresLink
import Scheduling
import SchemaPack

/// Something that happened in a run at work.
package struct RunEvent: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// Steps of a job; a committed roster publishes its engine.
    case started, committed, retried, failed, abandoned
    /// A warning for the operator, although nothing failed.
    case warning
    /// Anything else.
    case note
  }

  package var at: Date
  package var kind: Kind
  /// The engine; by default the job's.
  package var engine: String?
  package var job: JobName?
  package var rows: Int?
  package var bytes: Int?
  /// For people; no row values, no secrets.
  package var message: String?
  /// What to do about it.
  package var hint: String?
  /// Time until the next attempt.
  package var delay: Duration?

  package init(
    _ kind: Kind, engine: String? = nil, job: JobName? = nil, rows: Int? = nil, bytes: Int? = nil,
    message: String? = nil, hint: String? = nil, at: Date = Date()
  ) {
    self.at = at
    self.kind = kind
    self.engine = engine ?? job?.engine
    self.job = job
    self.rows = rows
    self.bytes = bytes
    self.message = message
    self.hint = hint
  }

  /// The failure of an attempt at `job`.
  ///
  /// - Parameter delay: the time until the next attempt, if there is one.
  package init(
    _ kind: Kind, job: JobName, failure: JobFailure, retriedAfter delay: Duration? = nil,
    at: Date = Date()
  ) {
    let code = failure.code.map { failure.message.contains($0) ? "" : " (SQLSTATE \($0))" } ?? ""
    self.init(kind, job: job, message: failure.message + code, hint: failure.hint, at: at)
    self.delay = delay
  }

  /// Whether it made the engine's space visible to everybody.
  package var isPublication: Bool { kind == .committed && job?.kind == .roster }
}
