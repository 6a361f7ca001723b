import JobModel
import PostgresLink
import RunRecord
import Scheduling

/// A lane's part in the pool.
protocol PooledLane: Actor {
  /// The target's server process behind a session that was lost; nil where none was. Asked once an attempt
  /// has failed, and only once for each.
  func takeLostBackend() async -> Backend?
}

/// Lanes of one kind, made as they are needed. The scheduler limits how many are out at the same time.
actor LanePool<Lane: PooledLane> {
  private var free: [Lane] = []
  private var made = 0
  private let lost: LostBackends
  private let make: @Sendable (Int) -> Lane

  init(lost: LostBackends, _ make: @escaping @Sendable (Int) -> Lane) {
    self.lost = lost
    self.make = make
  }

  /// Runs `body` with a lane that nobody else has meanwhile, once no lost session of `job` is at work any
  /// more.
  nonisolated func withLane<Value: Sendable>(
    for job: JobName, _ body: (Lane) async throws -> Value
  ) async throws -> Value {
    try await lost.end(of: job)
    let lane = await take()
    do {
      let value = try await body(lane)
      await give(lane)
      return value
    } catch {
      if let backend = await lane.takeLostBackend() { await lost.add(backend, of: job) }
      await give(lane)
      throw error
    }
  }

  private func take() -> Lane {
    if let lane = free.popLast() { return lane }
    made += 1
    return make(made)
  }

  private func give(_ lane: Lane) {
    free.append(lane)
  }
}
