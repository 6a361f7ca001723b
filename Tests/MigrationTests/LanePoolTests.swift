import JobModel
import PostgresLink
import RunRecord
import Testing

@testable import Migration

@Suite("LanePool: a lost session holds up its own job alone")
struct LanePoolTests {
  @Test func aProcessThatDoesNotEndHoldsUpNoOtherJob() async throws {
    let ending = Ending()
    let lost = LostBackends { await ending.end($0) }
    let pool = LanePool(lost: lost) { _ in FragileLane() }
    let (broken, other) = (JobName.roster(engine: "a"), JobName.roster(engine: "b"))
    await #expect(throws: Broken.self) {
      try await pool.withLane(for: broken) { lane in
        await lane.lose(Backend(pid: 7, start: "1.0"))
        throw Broken()
      }
    }
    #expect(try await pool.withLane(for: other) { _ in true })
    #expect(await ending.asked.isEmpty)

    let failure = await #expect(throws: JobFailure.self) {
      try await pool.withLane(for: broken) { _ in }
    }
    #expect(failure?.fate == .retry)
    await ending.succeed()
    #expect(try await pool.withLane(for: broken) { _ in true })
    #expect(try await pool.withLane(for: broken) { _ in true })
    #expect(await ending.asked == [7, 7], "gone for good")
  }
}

private struct Broken: Error {}

private actor Ending {
  private(set) var asked: [Int] = []
  private var succeeds = false

  func succeed() { succeeds = true }

  func end(_ backend: Backend) -> Bool {
    asked.append(backend.pid)
    return succeeds
  }
}

private actor FragileLane: PooledLane {
  private var lost: Backend?

  func lose(_ backend: Backend) { lost = backend }

  func takeLostBackend() -> Backend? {
    defer { lost = nil }
    return lost
  }
}
