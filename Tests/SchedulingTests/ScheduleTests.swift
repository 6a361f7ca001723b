import JobModel
import Testing

@testable import Scheduling

@Suite("Schedule: what runs next")
struct ScheduleTests {
  let big = "bigbigbigbig"
  let small = "smallsmallsm"

  /// Two engines of one chunk and one index each, everything pending.
  func schedule(_ limits: LaneLimits = LaneLimits(engines: 2, streams: 2, indexBuilds: 2))
    -> Schedule
  {
    var schedule = Schedule(limits: limits, engineBytes: [small: 1, big: 100])
    for name in [JobName.provisionAuth, .provisionCore, .identities] {
      schedule.set(Job(name: name, generation: 1), .pending)
    }
    for engine in [big, small] {
      for name in jobs(of: engine) { schedule.set(Job(name: name, generation: 1), .pending) }
    }
    return schedule
  }

  func jobs(of engine: String) -> [JobName] {
    [
      .space(engine: engine), .roster(engine: engine), .memories(engine: engine, number: 0),
      .index(engine: engine, name: "i"),
    ]
  }

  func names(_ jobs: [Job]) -> [JobName] { jobs.map(\.name) }

  @Test func provisioningComesFirstAndOneAfterTheOther() {
    var schedule = schedule()
    #expect(names(schedule.next(at: .zero)) == [.provisionAuth])
    #expect(schedule.next(at: .zero).isEmpty)
    schedule.committed(.provisionAuth)
    #expect(names(schedule.next(at: .zero)) == [.provisionCore])
  }

  @Test func identitiesRunBesideSpacesLargestEngineFirst() {
    var schedule = provisioned()
    #expect(
      names(schedule.next(at: .zero)) == [.identities, .space(engine: big)],
      "with two engines in flight there are two control lanes")
    schedule.committed(.identities)
    #expect(names(schedule.next(at: .zero)) == [.space(engine: small)])
  }

  @Test func eachStageWaitsForTheOneBefore() {
    var schedule = provisioned(engines: 1)
    for stage in [
      JobName.identities, .space(engine: big), .memories(engine: big, number: 0),
    ] {
      #expect(names(schedule.next(at: .zero)) == [stage])
      schedule.committed(stage)
    }
    #expect(
      names(schedule.next(at: .zero)) == [.space(engine: small), .index(engine: big, name: "i")],
      "an engine whose chunks are over makes room for the next one")
    schedule.committed(.space(engine: small))
    #expect(names(schedule.next(at: .zero)) == [.memories(engine: small, number: 0)])
    schedule.committed(.index(engine: big, name: "i"))
    #expect(names(schedule.next(at: .zero)) == [.roster(engine: big)])
  }

  @Test func buildsGoEngineByEngineTheLargestFirst() {
    var schedule = provisioned(LaneLimits(engines: 1, streams: 1, indexBuilds: 1))
    for (engine, bytes) in [(big, 2), (small, 3)] {
      schedule.set(
        Job(name: .index(engine: engine, name: "j"), generation: 1, expectedBytes: bytes), .pending)
    }
    run(&schedule, [.identities, .space(engine: big), .memories(engine: big, number: 0)])
    run(&schedule, [.space(engine: small), .memories(engine: small, number: 0)])
    for build in [
      JobName.index(engine: big, name: "j"), .index(engine: big, name: "i"),
      .index(engine: small, name: "j"), .index(engine: small, name: "i"),
    ] {
      #expect(schedule.runningJobs.contains(build))
      schedule.committed(build)
      _ = schedule.next(at: .zero)
    }
  }

  @Test func aRosterComesBeforeTheNextSpace() {
    var schedule = provisioned(engines: 1)
    run(&schedule, [.identities, .space(engine: big)])
    _ = schedule.next(at: .zero)
    schedule.set(Job(name: .index(engine: big, name: "i"), generation: 1), .done)
    schedule.committed(.memories(engine: big, number: 0))
    #expect(names(schedule.next(at: .zero)) == [.roster(engine: big)])
    schedule.committed(.roster(engine: big))
    #expect(names(schedule.next(at: .zero)) == [.space(engine: small)])
  }

  @Test func aSmallEngineComesBeforeTheLargest() {
    let sizes = ["a": 100, "b": 90, "c": 25, "d": 20, "e": 3]
    #expect(EngineOrder(sizes).engines == ["c", "a", "b", "d", "e"])
    #expect(
      EngineOrder(["a": 100, "b": 99, "e": 3]).engines == ["a", "b", "e"], "none that helps")
    #expect(EngineOrder(["b": 0, "a": 0]).engines == ["a", "b"])
  }

  @Test func anIndexWaitsForEveryChunk() {
    var schedule = provisioned(engines: 1)
    schedule.set(Job(name: .memories(engine: big, number: 1), generation: 1), .pending)
    run(&schedule, [.identities, .space(engine: big)])
    let chunks = Set(names(schedule.next(at: .zero)))
    #expect(chunks == [.memories(engine: big, number: 0), .memories(engine: big, number: 1)])
    schedule.committed(.memories(engine: big, number: 1))
    #expect(schedule.next(at: .zero).isEmpty)
    schedule.committed(.memories(engine: big, number: 0))
    #expect(names(schedule.next(at: .zero)).contains(.index(engine: big, name: "i")))
  }

  @Test func aRosterWaitsForIdentities() {
    var schedule = provisioned(engines: 2)
    let begun = schedule.next(at: .zero)
    #expect(names(begun).contains(.identities))
    for stage in [
      JobName.space(engine: big), .memories(engine: big, number: 0), .index(engine: big, name: "i"),
    ] {
      if stage != .space(engine: big) { #expect(names(schedule.next(at: .zero)).contains(stage)) }
      schedule.committed(stage)
    }
    #expect(!names(schedule.next(at: .zero)).contains(.roster(engine: big)))
    schedule.committed(.identities)
    #expect(names(schedule.next(at: .zero)).contains(.roster(engine: big)))
  }

  @Test func lanesOfOneKindAreLimitedTogether() {
    var schedule = provisioned(LaneLimits(engines: 2, streams: 1, indexBuilds: 1))
    #expect(names(schedule.next(at: .zero)) == [.identities, .space(engine: big)])
    schedule.committed(.identities)
    #expect(names(schedule.next(at: .zero)) == [.space(engine: small)])
    schedule.committed(.space(engine: big))
    schedule.committed(.space(engine: small))
    #expect(names(schedule.next(at: .zero)) == [.memories(engine: big, number: 0)])
    #expect(schedule.next(at: .zero).isEmpty)
    schedule.committed(.memories(engine: big, number: 0))
    #expect(
      names(schedule.next(at: .zero)) == [
        .memories(engine: small, number: 0), .index(engine: big, name: "i"),
      ])
  }

  @Test func theNextChunkIsReadWhileTheTargetCommitsTheLast() {
    var schedule = provisioned(LaneLimits(engines: 1, streams: 1, indexBuilds: 1))
    for number in 1...3 {
      schedule.set(Job(name: .memories(engine: big, number: number), generation: 1), .pending)
    }
    run(&schedule, [.identities, .space(engine: big)])
    let first = names(schedule.next(at: .zero))
    #expect(first.count == 1)
    #expect(schedule.next(at: .zero).isEmpty, "one stream reads one range")
    schedule.sourceRead(first[0])
    let second = names(schedule.next(at: .zero))
    #expect(second.count == 1)
    schedule.sourceRead(second[0])
    #expect(schedule.next(at: .zero).isEmpty, "a target that commits slowly holds the reading up")
    schedule.committed(first[0])
    #expect(schedule.next(at: .zero).count == 1)
    #expect(schedule.retry(second[0]) == 1)
    #expect(schedule.next(at: .zero).isEmpty, "the range that is read holds the only stream")
  }

  @Test func whatEndsBeforeItsReadingIsHeardOfChangesNothing() {
    var schedule = provisioned(LaneLimits(engines: 1, streams: 1, indexBuilds: 1))
    schedule.set(Job(name: .memories(engine: big, number: 1), generation: 1), .pending)
    run(&schedule, [.identities, .space(engine: big)])
    let first = names(schedule.next(at: .zero))
    schedule.committed(first[0])
    schedule.sourceRead(first[0])
    #expect(schedule.next(at: .zero).count == 1)
    #expect(schedule.next(at: .zero).isEmpty)
  }

  @Test func whileAServerIsAwayEverythingRests() {
    var schedule = provisioned()
    schedule.hold(until: .seconds(3))
    #expect(schedule.next(at: .seconds(2)).isEmpty)
    #expect(schedule.nextWake(after: .seconds(2)) == .seconds(3))
    // Also where no engine is in flight: what the target proves has just been read again.
    var evidence = MarkedPlan()
    evidence.jobs = [.provisionAuth, .provisionCore, .identities, .space(engine: big)].map {
      Job(name: $0, generation: 1)
    }
    for job in evidence.jobs.dropLast() {
      evidence.marks[job.name] = Mark(name: job.name, generation: 1, range: .all, rows: 0)
    }
    schedule.replace(with: evidence)
    #expect(schedule.next(at: .seconds(2)).isEmpty)
    #expect(schedule.nextWake(after: .seconds(2)) == .seconds(3))
    #expect(!schedule.next(at: .seconds(3)).isEmpty)
  }

  @Test func aRestingJobWaitsForItsMoment() {
    var schedule = schedule()
    _ = schedule.next(at: .zero)
    #expect(schedule.retry(.provisionAuth) == 1)
    schedule.rest(.provisionAuth, until: .seconds(2))
    #expect(schedule.next(at: .seconds(1)).isEmpty)
    #expect(schedule.nextWake(after: .seconds(1)) == .seconds(2))
    #expect(names(schedule.next(at: .seconds(2))) == [.provisionAuth])
    #expect(schedule.retry(.provisionAuth) == 2, "failures in a row are counted")
  }

  @Test func anEngineWhoseJobsAllRestGivesItsPlaceToAnother() {
    var schedule = provisioned(engines: 1)
    run(&schedule, [.identities])
    #expect(names(schedule.next(at: .zero)) == [.space(engine: big)])
    _ = schedule.retry(.space(engine: big))
    schedule.rest(.space(engine: big), until: .seconds(2))
    #expect(names(schedule.next(at: .seconds(1))) == [.space(engine: small)])
    schedule.committed(.space(engine: small))
    #expect(names(schedule.next(at: .seconds(2))) == [.space(engine: big)], "back in its place")
    schedule.committed(.space(engine: big))
    schedule.set(Job(name: .memories(engine: big, number: 0), generation: 1), .done)
    #expect(
      names(schedule.next(at: .seconds(2))) == [
        .memories(engine: small, number: 0), .index(engine: big, name: "i"),
      ], "and then the other goes on")
  }

  @Test func aFailedEngineStopsAloneAndItsRunningJobsMayEnd() {
    var schedule = provisioned()
    schedule.set(Job(name: .memories(engine: big, number: 1), generation: 1), .pending)
    run(&schedule, [.identities, .space(engine: big), .space(engine: small)])
    _ = schedule.next(at: .zero)
    schedule.failed(.memories(engine: big, number: 0))
    schedule.committed(.memories(engine: big, number: 1))
    #expect(names(schedule.next(at: .zero)) == [.memories(engine: small, number: 0)])
    for stage in [
      JobName.memories(engine: small, number: 0), .index(engine: small, name: "i"),
      .roster(engine: small),
    ] {
      _ = schedule.next(at: .zero)
      schedule.committed(stage)
    }
    #expect(schedule.isComplete)
  }

  @Test func lostMarksBringJobsBack() {
    var schedule = provisioned(engines: 1)
    run(&schedule, [.identities, .space(engine: big), .memories(engine: big, number: 0)])
    run(&schedule, [.space(engine: small), .index(engine: big, name: "i"), .roster(engine: big)])
    _ = schedule.next(at: .zero)
    schedule.committed(.memories(engine: small, number: 0))
    var evidence = MarkedPlan()
    for engine in [big, small] {
      evidence.jobs += jobs(of: engine).map { Job(name: $0, generation: 1) }
    }
    evidence.jobs += [.provisionAuth, .provisionCore, .identities].map {
      Job(name: $0, generation: 1)
    }
    let lost = JobName.memories(engine: big, number: 0)
    for job in evidence.jobs where job.name.engine != small && job.name != lost {
      evidence.marks[job.name] = Mark(name: job.name, generation: 1, range: .all, rows: 0)
    }
    schedule.replace(with: evidence)
    #expect(names(schedule.next(at: .zero)) == [lost])
  }

  @Test func jobsThatLostTheirPlanAreForgotten() {
    var schedule = provisioned(engines: 1)
    run(&schedule, [.identities, .space(engine: big)])
    let evidence = MarkedPlan(
      jobs: [
        JobName.provisionAuth, .provisionCore, .identities, .space(engine: big),
        .roster(engine: big),
      ].map { Job(name: $0, generation: 1) },
      marks: Dictionary(
        uniqueKeysWithValues: [JobName.provisionAuth, .provisionCore, .identities].map {
          ($0, Mark(name: $0, generation: 1, range: .all, rows: 0))
        }))
    schedule.replace(with: evidence)
    #expect(names(schedule.next(at: .zero)) == [.space(engine: big)])
  }

  // MARK: Helpers

  func provisioned(engines: Int) -> Schedule {
    provisioned(LaneLimits(engines: engines, streams: 4, indexBuilds: 4))
  }

  func provisioned(_ limits: LaneLimits = LaneLimits(engines: 2, streams: 2, indexBuilds: 2))
    -> Schedule
  {
    var schedule = schedule(limits)
    run(&schedule, [.provisionAuth, .provisionCore])
    return schedule
  }

  /// Lets the named jobs begin and commit, in this order.
  func run(_ schedule: inout Schedule, _ names: [JobName]) {
    var begun: Set<JobName> = []
    for name in names {
      begun.formUnion(schedule.next(at: .zero).map(\.name))
      precondition(begun.contains(name), "\(name) did not begin")
      schedule.committed(name)
    }
  }
}
