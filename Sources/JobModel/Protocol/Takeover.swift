import Foundation

/// Whether this process may become the run's writer. Pure: depends only on the target's `run` row.
package enum TakeoverDecision: Hashable, Sendable {
  /// Raise the epoch and make this instance the writer.
  case takeOver
  /// The row belongs to another run than the ledger.
  case refuseOtherRun(UUID)
  /// Another instance was alive a moment ago.
  case refuseAlive(ProcessPlace, heartbeatAge: Double)
  /// `finish` has begun, so nothing may be written any more.
  case refuseFinishing
}

extension TakeoverDecision {
  /// A heartbeat younger than this many seconds is fresh; it is written every `heartbeatInterval`.
  package static let heartbeatFresh = 20.0
  /// Time between two heartbeats.
  package static let heartbeatInterval = Duration.seconds(3)

  /// - Parameters:
  ///   - run: the ledger's run.
  ///   - isKnownDead: whether the process at that place is certainly gone.
  ///   - force: the operator's `--take-over`.
  package static func decide(
    _ row: RunRow, run: UUID, me: InstanceID, force: Bool, isKnownDead: (ProcessPlace) -> Bool
  ) -> TakeoverDecision {
    guard row.runID == run else { return .refuseOtherRun(row.runID) }
    guard !row.isFinishing else { return .refuseFinishing }
    if row.fence.instance == me || force || isKnownDead(row.place) { return .takeOver }
    guard let age = row.heartbeatAge, age < heartbeatFresh else { return .takeOver }
    return .refuseAlive(row.place, heartbeatAge: age)
  }
}

/// The reaction to a fence that touched no row. A reconnect never takes over.
package enum FenceLossDecision: Hashable, Sendable {
  /// The row is ours and was being written: try again.
  case tryAgain
  /// The target went back to a lower epoch, because a failover undid our takeover: raise it again.
  case raiseEpochAgain
  /// Another process is the writer, or the run is gone: stop, and write nothing.
  case stop

  /// - Parameter row: the `run` row now; nil if schema or row are gone.
  package static func decide(_ row: RunRow?, run: UUID, mine: Fence) -> FenceLossDecision {
    guard let row, row.runID == run, !row.isFinishing else { return .stop }
    if row.fence == mine { return .tryAgain }
    // Epochs only grow. A lower epoch can only be an earlier state that came back. A higher or equal epoch of
    // another instance is a takeover.
    return row.fence.epoch < mine.epoch ? .raiseEpochAgain : .stop
  }
}
