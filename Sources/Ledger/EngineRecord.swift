import Foundation

/// One engine of the source in the run.
package struct EngineRecord: Hashable, Sendable {
  package var slug: String
  /// Nil for a requested slug that is no engine.
  package var id: UUID?
  package var name: String
  package var language: String?
  /// The dimensions of its embedding column; nil if the engine was skipped before it was measured.
  package var dimensions: Int?
  package var state: EngineState
  /// The reason why it was skipped or failed; nil in every other state.
  package var reason: String?
  /// Estimates for ordering and progress.
  package var expectedRows: Int
  package var expectedBytes: Int

  package init(
    slug: String, id: UUID?, name: String, language: String? = nil, dimensions: Int? = nil,
    state: EngineState = .pending, reason: String? = nil, expectedRows: Int = 0,
    expectedBytes: Int = 0
  ) {
    self.slug = slug
    self.id = id
    self.name = name
    self.language = language
    self.dimensions = dimensions
    self.state = state
    self.reason = reason
    self.expectedRows = expectedRows
    self.expectedBytes = expectedBytes
  }
}

/// The state of an engine. It follows from the engine's jobs, except for states with a reason.
package enum EngineState: String, CaseIterable, Sendable {
  /// None of its jobs has begun, or a crash or reset set it back.
  case pending
  /// At least one job has begun. After a crash, `reconcile` makes it `pending` or `done`.
  case running
  /// Every job has its mark; its space is published.
  case done
  /// A job ended with a permanent error. `resume` tries it again.
  case failed
  /// Its source kept changing after three catch-ups; nothing was published. `resume` tries it again.
  case drifted
  /// Not part of the run, for the reason given.
  case skipped

  /// The changes that the ledger allows. Its triggers refuse every other one.
  package func mayBecome(_ next: EngineState) -> Bool {
    if self == next { return true }
    return switch self {
    case .pending: [.running, .done, .failed, .skipped].contains(next)
    case .running: [.done, .failed, .drifted, .pending].contains(next)
    case .done, .skipped: next == .pending
    case .failed: [.pending, .done, .skipped].contains(next)
    case .drifted: [.pending, .done, .skipped].contains(next)
    }
  }
}
