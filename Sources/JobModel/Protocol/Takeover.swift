import Foundation

/// Whether this process may become the run's writer. Pure: decided from the target's `run` row alone.
package enum TakeoverDecision: Hashable, Sendable {
  /// Raise the epoch and make this instance the writer.
  case takeOver
  /// The row belongs to another run: this ledger has no business here.
  case refuseOtherRun(UUID)
  /// Another instance was alive a moment ago.
  case refuseAlive(ProcessPlace, heartbeatAge: Double)
  /// `finish` has begun: nothing may be written any more.
  case refuseFinishing
}

extension TakeoverDecision {
  /// A heartbeat younger than this many seconds is fresh; it is written every `heartbeatInterval`.
  package static let heartbeatFresh = 20.0
  /// Time between two heartbeats.
  package static let heartbeatInterval = Duration.seconds(3)

  /// - Parameters:
  ///   - run: what the ledger says this run is.
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

/// What to do when the fence touched no row. A reconnect never takes over.
package enum FenceLossDecision: Hashable, Sendable {
  /// The row is ours: it was a passing state (the row was being written); try again.
  case tryAgain
  /// The target went back to a lower epoch: a failover lost our takeover. Raise it again.
  case raiseEpochAgain
  /// Someone else is the writer now, or the run is gone: stop, writing nothing.
  case stop

  /// - Parameter row: the `run` row now; nil when schema or row are gone.
  package static func decide(_ row: RunRow?, run: UUID, mine: Fence) -> FenceLossDecision {
    guard let row, row.runID == run, !row.isFinishing else { return .stop }
    if row.fence == mine { return .tryAgain }
    // Epochs only grow. A lower one can only be a past that came back; a higher or equal one under
    // another instance is someone who took over.
    return row.fence.epoch < mine.epoch ? .raiseEpochAgain : .stop
  }
}
