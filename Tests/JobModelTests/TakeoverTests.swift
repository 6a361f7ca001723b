import Foundation
import JobModel
import Testing

@Suite("Takeover: who may write")
struct TakeoverTests {
  let run = UUID()
  let me = InstanceID(rawValue: UUID())
  let other = InstanceID(rawValue: UUID())

  func row(
    run: UUID? = nil, epoch: Int = 3, instance: InstanceID? = nil, age: Double? = 1,
    finishing: Bool = false
  ) -> RunRow {
    RunRow(
      runID: run ?? self.run, fence: Fence(epoch: epoch, instance: instance ?? other),
      place: ProcessPlace(host: "h", boot: "b", pid: 7, startTicks: 9), heartbeatAge: age,
      isFinishing: finishing)
  }

  func decide(_ row: RunRow, force: Bool = false, dead: Bool = false) -> TakeoverDecision {
    .decide(row, run: run, me: me, force: force) { _ in dead }
  }

  @Test func aFreshHeartbeatIsRefused() {
    #expect(decide(row(age: 1)) == .refuseAlive(row().place, heartbeatAge: 1))
    #expect(decide(row(age: 19.9)) != .takeOver)
  }

  @Test func anOldOrMissingHeartbeatIsTakenOver() {
    #expect(decide(row(age: 20)) == .takeOver)
    #expect(decide(row(age: nil)) == .takeOver)
  }

  @Test func aDeadProcessOrTheOperatorsWordIsEnough() {
    #expect(decide(row(age: 1), dead: true) == .takeOver)
    #expect(decide(row(age: 1), force: true) == .takeOver)
  }

  @Test func nothingForcesAnotherRunOrAFinishedOne() {
    let stranger = UUID()
    #expect(decide(row(run: stranger), force: true) == .refuseOtherRun(stranger))
    #expect(decide(row(finishing: true), force: true, dead: true) == .refuseFinishing)
  }
}

@Suite("Fence loss: what to do when the fence touched no row")
struct FenceLossTests {
  let run = UUID()
  let mine = Fence(epoch: 5, instance: InstanceID(rawValue: UUID()))

  func decide(_ fence: Fence?, run: UUID? = nil, finishing: Bool = false) -> FenceLossDecision {
    let row = fence.map {
      RunRow(
        runID: run ?? self.run, fence: $0,
        place: ProcessPlace(host: "h", boot: "b", pid: 1, startTicks: 1), heartbeatAge: nil,
        isFinishing: finishing)
    }
    return .decide(row, run: self.run, mine: mine)
  }

  @Test func ourOwnRowIsTriedAgain() {
    #expect(decide(mine) == .tryAgain)
  }

  @Test func aLowerEpochIsAFailoverThatLostOurTakeover() {
    #expect(decide(Fence(epoch: 4, instance: InstanceID(rawValue: UUID()))) == .raiseEpochAgain)
  }

  @Test func aHigherEpochOrAnotherInstanceStops() {
    #expect(decide(Fence(epoch: 6, instance: InstanceID(rawValue: UUID()))) == .stop)
    #expect(decide(Fence(epoch: 5, instance: InstanceID(rawValue: UUID()))) == .stop)
    #expect(decide(Fence(epoch: 6, instance: mine.instance)) == .stop)
  }

  @Test func aRunThatIsGoneFinishingOrAnotherStops() {
    #expect(decide(nil) == .stop)
    #expect(decide(mine, run: UUID()) == .stop)
    #expect(decide(mine, finishing: true) == .stop)
  }
}
