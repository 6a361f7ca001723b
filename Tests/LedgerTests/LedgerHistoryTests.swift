import Foundation
import JobModel
import Testing

@testable import Ledger

/// Whatever a ledger and a target have come to be, alone or together, `resume` can go on: none of the steps
/// by which it follows the target is refused by a trigger.
@Suite struct LedgerHistoryTests {
  @Test(arguments: 0..<40)
  func `a resume can follow any target with any ledger`(seed: UInt64) async throws {
    var random = SplitMix(state: seed)
    for _ in 0..<5 {
      let scratch = try Scratch()
      let ledger = try await scratch.createPlanned()
      for _ in 0..<Int.random(in: 0...12, using: &random) { try await live(ledger, &random) }
      guard ![.finishing, .finished].contains(try await ledger.run().state) else { continue }
      let plan = self.plan(&random)
      let marks = plan.map(\.mark).filter { _ in Bool.random(using: &random) }
      let hasRoster = marks.contains { $0.name == .acmeRoster }
      _ = try await ledger.reconcile(with: hasRoster ? plan.map(\.mark) : marks, plan: plan)
      let retries = Bool.random(using: &random)
      try await ledger.retryFailed(engines: retries)
      try await workOff(ledger, retries: retries)
    }
  }

  /// What a process may do to a ledger, in any order; what the ledger's own rules refuse is no history.
  private func live(_ ledger: Ledger, _ random: inout SplitMix) async throws {
    let job = Job.acme.randomElement(using: &random)?.name ?? .chunk0
    let failure = RecordedFailure(message: "m")
    let step = Int.random(in: 0..<9, using: &random)
    do {
      switch step {
      case 0:
        try await ledger.setRunState(RunState.allCases.randomElement(using: &random) ?? .running)
      case 1: try await ledger.markRunning(job, lane: "l")
      case 2: try await ledger.markDone(job, rows: 1, bytes: 1)
      case 3: try await ledger.markFailed(job, failure)
      case 4: try await ledger.markFailed(job, failure, engineBecomes: .drifted)
      case 5: try await ledger.markPending(job, after: failure)
      case 6: try await ledger.recordReset(engine: "acme", jobs: [])
      case 7:
        var engine = EngineRecord.acme
        (engine.state, engine.reason) = (.skipped, "E1")
        try await ledger.saveEngines([engine])
      default: try await ledger.failEngine("acme", reason: "gone")
      }
    } catch {
      guard error.code == .refusedChange else { throw error }
    }
  }

  private func plan(_ random: inout SplitMix) -> [Job] {
    let generation = Int.random(in: 1...2, using: &random)
    return Job.acme.map { job in
      var job = job
      job.generation = generation
      return job
    }
  }

  /// Begins and ends every job that is left, as a run would.
  private func workOff(_ ledger: Ledger, retries: Bool) async throws {
    try await ledger.setRunState(.running)
    let stays = try await ledger.engine().map { [.failed, .drifted].contains($0.state) } ?? false
    guard retries || !stays else { return }
    for job in try await ledger.jobs() where job.state != .done {
      try await ledger.complete(job.job.name, rows: 9)
    }
    try await ledger.setRunState(.complete)
    #expect(try await ledger.engine()?.state == .done)
  }

  @Test func `a ledger copied without its log may say skipped of an engine that is published`()
    async throws
  {
    let scratch = try Scratch()
    let ledger = try scratch.create()
    var engine = EngineRecord.acme
    (engine.state, engine.reason) = (.skipped, "E1: its status is suspended")
    try await ledger.saveEngines([engine])
    _ = try await ledger.reconcile(with: Job.acme.map(\.mark), plan: Job.acme)
    #expect(try await ledger.engine()?.state == .done)
  }

  @Test func `a failed control job is tried again though failed engines are not`() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.createPlanned()
    try await ledger.replacePlan(
      engine: nil, jobs: BasePlan.control)
    for job in [JobName.provisionAuth, .chunk0] {
      try await ledger.markRunning(job, lane: "l")
      try await ledger.markFailed(job, RecordedFailure(message: "m"))
    }
    try await ledger.retryFailed(engines: false)
    #expect(try await ledger.state(.provisionAuth) == .pending)
    #expect(try await ledger.state(.chunk0) == .failed)
    #expect(try await ledger.engine()?.state == .failed)
    try await ledger.markRunning(.provisionAuth, lane: "l")
  }

  @Test func `a complete run that lost work is complete no more`() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.createPlanned()
    for job in Job.acme { try await ledger.complete(job.name) }
    try await ledger.setRunState(.running)
    try await ledger.setRunState(.complete)
    _ = try await ledger.reconcile(
      with: Job.acme.dropLast().map(\.mark), plan: Job.acme)
    #expect(try await ledger.run().state == .interrupted)
  }
}

/// Repeatable from its seed.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
