import JobModel
import PostgresLink

/// A copy lane of this run: opens its two sessions when needed, and admits them. Only one job uses it at a
/// time.
actor StreamLane: PooledLane {
  let name: String
  private let factory: SessionFactory
  private let gate: TargetGate
  private let lane: CopyLane
  private let synchronousCommit: Bool
  private var backend: Backend?

  init(
    _ name: String, factory: SessionFactory, gate: TargetGate, pacer: Pacer?,
    synchronousCommit: Bool
  ) {
    self.name = name
    self.factory = factory
    self.gate = gate
    self.synchronousCommit = synchronousCommit
    lane = CopyLane(name: factory.applicationName(name), pacer: pacer)
  }

  func copy(_ request: CopyRequest, progress: CopyProgress) async throws -> CopyOutcome {
    if await !lane.isOpen { try await open() }
    do {
      return try await lane.copy(request, progress: progress)
    } catch CopyFailure.fenced {
      throw FenceLost()
    } catch CopyFailure.postgres(let cause) {
      throw cause
    }
  }

  private func open() async throws {
    let ends = try await lane.open(
      source: factory.shardSettings, target: factory.targetSettings,
      applicationName: factory.applicationName(name), targetScript: targetScript,
      stop: factory.stop)
    backend = ends.target.backend
    for (server, end) in [(WatchedServer.shard, ends.source), (.target, ends.target)] {
      factory.openSessions.add(
        WatchedSession(server: server, backend: end.backend, line: end.line))
    }
    do {
      try await gate.admitShard(ends.source.identity)
      try await gate.admitTarget(ends.target.identity)
    } catch {
      await lane.close()
      throw error
    }
  }

  func takeLostBackend() async -> Backend? {
    guard let lost = backend, await !lane.isOpen else { return nil }
    backend = nil
    return lost
  }

  /// What makes the target's session fit for chunks.
  private var targetScript: String {
    [factory.ownerScript, synchronousCommit ? nil : "set synchronous_commit = off"]
      .compactMap { $0 }.joined(separator: "; ")
  }
}
