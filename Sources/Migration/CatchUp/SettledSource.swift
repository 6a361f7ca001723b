import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// Runs before a roster: makes the copy equal to a source at rest, and detects a source that keeps changing.
struct SettledSource {
  let follower: EngineFollower
  /// Publishes a source that keeps changing, with a warning.
  let isRehearsal: Bool

  private var slug: String { follower.engine.slug }

  /// The number of catch-ups after which a source that still changes counts as drifted.
  private static let catchUpsMax = 3

  /// Returns when the copy agrees with the source and no transaction may be writing there, with the warnings
  /// about what was caught up. Throws `.drifted` if the source keeps changing, except in a rehearsal, which
  /// publishes the last catch-up with a warning.
  func settle() async throws -> [MigrationWarning] {
    var warnings: [MigrationWarning] = []
    var writers = 0
    for _ in 0..<Self.catchUpsMax {
      writers = try await waitForWriters()
      let caughtUp = try await catchUp()
      if caughtUp.total == 0, writers == 0 { return warnings }
      guard caughtUp.total > 0 else { continue }
      warnings.append(
        warning("the source had changed since it was copied; caught up \(caughtUp.summary)"))
    }
    guard isRehearsal else { throw drifted(writers) }
    return warnings + [warning("published as of the last catch-up; the source keeps changing")]
  }

  private func catchUp() async throws -> CaughtUp {
    let copy = try await follower.copy()
    let movement = try await follower.movement(of: copy)
    return movement == .none ? CaughtUp() : try await follower.catchUp(copy, movement)
  }

  /// The number of writers that are left after five seconds. Their rows are not visible yet and would be
  /// missed.
  private func waitForWriters() async throws -> Int {
    for attempt in 0... {
      let rows = try await follower.shard.snapshotScript(
        [PendingWriters.statement(schema: follower.engine.schema)])
      let writers = Int(try rows[0].first?.integer("writers") ?? 0)
      if writers == 0 || attempt == 20 { return writers }
      try await Task.sleep(for: .milliseconds(250))
    }
    return 0
  }

  private func warning(_ message: String) -> MigrationWarning {
    MigrationWarning(rule: "drift", engine: slug, row: nil, message: message)
  }

  private func drifted(_ writers: Int) -> JobFailure {
    let holders = writers == 1 ? "1 transaction holds" : "\(writers) transactions hold"
    let open = writers == 0 ? "" : " (\(holders) the table for writing)"
    return JobFailure(
      fate: .drifted,
      message: "the source does not stand still after \(Self.catchUpsMax) catch-ups\(open)",
      hint: "Stop the old app's writes to me_\(slug), then run `orchestrator resume`. To publish a "
        + "live source for a rehearsal, begin the run with --rehearsal.")
  }
}
