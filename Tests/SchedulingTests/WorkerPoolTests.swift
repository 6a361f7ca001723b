import JobModel
import Logging
import Synchronization
import Testing

@testable import Scheduling

@Suite("WorkerPool: carrying the schedule out")
struct WorkerPoolTests {
  @Test func runsEverythingInOrderAndWritesItDown() async throws {
    let world = World()
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    #expect(world.committed == Set(World.everything))
    #expect(world.journal.lines.first == "started provision/auth")
    #expect(
      world.journal.lines.suffix(2) == ["committed e/roster", "reconciled"],
      "finished only once the target's marks say so, too")
  }

  @Test func aLossThatShowsAtTheEndIsRunAgain() async throws {
    let world = World()
    world.loseOnReconcile("e/memories/0")
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    #expect(world.journal.lines.filter { $0 == "reconciled" }.count == 2)
    #expect(world.attempts("e/memories/0") == 2)
    #expect(world.journal.lines.last == "reconciled")
  }

  @Test func readsTheNextChunkWhileTheLastIsCommitted() async throws {
    let world = World()
    world.commit("e/memories/0", onlyBeside: "e/memories/1")
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    #expect(world.committed == Set(World.everything))
  }

  @Test func triesPassingTroubleAgain() async throws {
    let world = World()
    world.fail("e/memories/0", times: 3, .retry)
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    #expect(world.journal.lines.filter { $0 == "retried e/memories/0" }.count == 3)
    #expect(world.attempts("e/memories/0") == 4)
    #expect(world.clock.slept.count == 3, "rests on its own clock, never on the machine's")
  }

  @Test func oneEnginesFailureLeavesTheRunFinished() async throws {
    let world = World()
    world.fail("e/memories/0", times: 1, .failEngine)
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    #expect(world.journal.lines.contains("failed e/memories/0"))
    #expect(world.journal.lines.last == "reconciled")
    #expect(world.attempts("e/roster") == 0)
  }

  @Test func aControlJobsFailureEndsTheRun() async throws {
    let world = World()
    world.fail("provision/core", times: 1, .failEngine)
    let outcome = await world.pool().run()
    guard case .failed = outcome else { throw Unexpected(outcome) }
    #expect(world.attempts("e/space") == 0)
  }

  @Test func aLostFenceStopsAtOnce() async throws {
    let world = World()
    world.fail("e/space", times: 1, .fenced)
    let outcome = await world.pool().run()
    guard case .fenced = outcome else { throw Unexpected(outcome) }
    #expect(world.journal.lines.contains("abandoned e/space"))
    #expect(world.attempts("e/memories/0") == 0)
  }

  @Test func givesUpWithoutProgress() async throws {
    let world = World()
    world.fail("e/space", times: .max, .retry)
    let outcome = await world.pool(giveUpAfter: .seconds(60)).run()
    guard case .gaveUp = outcome else { throw Unexpected(outcome) }
    #expect(world.clock.now > .seconds(60))
  }

  @Test(arguments: ["e/index/i", "e/memories/0", "e/space", "identities"])
  func aLinkThatBreaksLateInALongJobIsNoReasonToGiveUp(job: String) async throws {
    let world = World()
    let clock = world.clock
    world.during(job) { clock.pass(.seconds(1_000)) }
    world.fail(job, times: 1, .retry)
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
  }

  @Test(arguments: ["e/index/i", "e/space"])
  func aJobThatBreaksLateEveryTimeIsGivenUp(job: String) async throws {
    let world = World()
    let clock = world.clock
    world.during(job) { clock.pass(.seconds(1_000)) }
    world.fail(job, times: 50, .retry)
    let outcome = await world.pool().run()
    guard case .gaveUp = outcome else { throw Unexpected(outcome) }
    #expect(world.attempts(job) == 4)
  }

  @Test(arguments: [60, 300])
  func theLastReadingOfTheMarksIsGivenUpInTime(seconds: Int) async throws {
    let world = World()
    world.failToReconcile(times: .max)
    let outcome = await world.pool(giveUpAfter: .seconds(seconds)).run()
    guard case .gaveUp = outcome else { throw Unexpected(outcome) }
    #expect(world.clock.now >= .seconds(seconds))
    #expect(world.clock.now <= .seconds(seconds + 15), "no rest is longer")
  }

  @Test func theLastReadingIsTriedAgainSoonAndCanBeStopped() async throws {
    let world = World()
    world.failToReconcile(times: 2)
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    #expect(world.clock.now <= .milliseconds(750))
    let other = World()
    let pool = other.pool()
    other.failToReconcile(times: .max)
    other.duringReconcile { pool.stop() }
    guard case .interrupted = await pool.run() else { throw Unexpected(outcome) }
  }

  @Test func aRestartedTargetIsReconciledBeforeAnythingElse() async throws {
    let world = World()
    world.fail("e/index/i", times: 1, .reconcile)
    world.loseOnReconcile("e/memories/0")
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    #expect(world.journal.lines.filter { $0 == "reconciled" }.count == 2, "then, and at the end")
    #expect(world.attempts("e/memories/0") == 2, "the chunk that the target lost runs again")
    #expect(world.attempts("e/roster") == 1)
  }

  @Test func indexBuildsGoOnWhileTheMarksAreRead() async throws {
    let world = World(engines: ["e", "f"])
    world.fail("f/roster", times: 1, .reconcile)
    world.commit("e/index/i", onlyBeside: "f/roster")
    world.begin("f/roster", onlyBeside: "e/index/i")
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    let lines = world.journal.lines
    let read = try #require(lines.firstIndex(of: "reconciled"))
    #expect(try #require(lines.firstIndex(of: "committed e/index/i")) > read)
    #expect(world.attempts("e/index/i") == 1)
  }

  @Test func aBuildWhosePlanIsLostEndsBeforeTheMarksAreReadAgain() async throws {
    let world = World(engines: ["e", "f"])
    world.fail("f/roster", times: 1, .reconcile)
    world.commit("e/index/i", onlyBeside: "nothing")
    world.begin("f/roster", onlyBeside: "e/index/i")
    world.losePlanOnReconcile(of: "e")
    world.duringReconcile { world.letEnd(beside: "nothing") }
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    #expect(world.attempts("e/space") == 2)
    #expect(world.attempts("e/index/i") == 2)
  }

  @Test func aServerThatIsBackIsNotLeftIdle() async throws {
    let world = World(engines: ["a", "b", "c", "d", "e", "f", "g", "h"])
    world.during("h/space") { world.beAway(until: world.clock.now + .seconds(3)) }
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    #expect(world.clock.now <= .seconds(7), "hardly longer idle than it was away")
  }

  @Test func aNoteSaysWhenTheNextAttemptBegins() async throws {
    let world = World()
    world.fail("provision/auth", times: 12, .retry)
    let outcome = await world.pool().run()
    guard case .finished = outcome else { throw Unexpected(outcome) }
    let attempts = world.journal.attempts.filter { $0.job == .provisionAuth }
    #expect(attempts.compactMap(\.next) == attempts.filter { $0.next == nil }.dropFirst().map(\.at))
  }

  @Test func aLedgerThatCannotBeWrittenEndsTheRun() async throws {
    let world = World()
    world.journal.breakAt("committed e/space")
    let outcome = await world.pool().run()
    guard case .ledgerLost = outcome else { throw Unexpected(outcome) }
    #expect(world.attempts("e/memories/0") == 0)
  }

  @Test func aStopLetsJobsInFlightEnd() async throws {
    let world = World()
    let pool = world.pool()
    world.during("e/space") { pool.stop() }
    let outcome = await pool.run()
    guard case .interrupted = outcome else { throw Unexpected(outcome) }
    #expect(world.journal.lines.contains("committed e/space"))
    #expect(world.attempts("e/memories/0") == 0)
  }
}

struct Unexpected: Error {
  var outcome: WorkerPool.Outcome

  init(_ outcome: WorkerPool.Outcome) {
    self.outcome = outcome
  }
}
