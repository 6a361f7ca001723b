import Foundation
import GRDB
import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerRunTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func runIsReadBackAsItWasBegun() async throws {
    let ledger = try scratch.create()
    let run = try await ledger.run()
    #expect(run.identity == .sample)
    #expect(run.epoch == 0)
    #expect(run.state == .planning)
    #expect(run.createdAt == scratch.clock.now())
    #expect(run.seenAt == scratch.clock.now())
    #expect(run.worked == .zero)
    #expect(try await ledger.events().map(\.kind) == [.created])
  }

  /// 2,000 years are what a Date's double can name to the microsecond; we need a few hundred.
  @Test(arguments: [0, 1, 1_760_000_000_123_456, 4_102_444_799_999_999] as [Int64])
  func microsecondsSurvive(_ microseconds: Int64) {
    #expect(Date(microseconds: microseconds).microseconds == microseconds)
  }

  @Test func fingerprintsAreReplacedAndReadBack() async throws {
    let ledger = try scratch.create()
    let old = DatabaseFingerprint(
      systemIdentifier: "18446744073709551615", databaseOID: .max, timeline: 1, address: "a:5432/x")
    var new = old
    new.timeline = 2
    new.address = "[::1]:5432/x"
    try await ledger.saveFingerprints([.accounts: old, .shard: old, .target: old])
    try await ledger.saveFingerprints([.target: new])
    #expect(try await ledger.fingerprints() == [.accounts: old, .shard: old, .target: new])
  }

  @Test func tuningMayChangeAndWhatIdentifiesTheRunMayNot() async throws {
    let ledger = try scratch.create()
    try await ledger.setTuningSettings(#"{"workers":1}"#, toolVersion: "1.0.1")
    let identity = try await ledger.run().identity
    #expect(identity.tuningSettings == #"{"workers":1}"#)
    #expect(identity.toolVersion == "1.0.1")
    for change in [
      "run_id = 'x'", "pack_hash = 'x'", "result_settings_json = '{}'", "created_at = 0",
    ] {
      await expectError(.refusedChange) {
        try await ledger.write("change") { db, _ in
          try db.execute(sql: "UPDATE run SET \(change)")
        }
      }
    }
    await expectError(.refusedChange) { try await ledger.setTuningSettings("{", toolVersion: "1") }
    await expectError(.refusedChange) {
      try await ledger.write("drop") { db, _ in try db.execute(sql: "DELETE FROM run") }
    }
  }

  @Test func eventsCarryTheEpochOfTheirProcess() async throws {
    let ledger = try await scratch.createPlanned()
    try await ledger.setEpoch(4, detail: "resume")
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    let events = try await ledger.events()
    #expect(events.map(\.epoch) == [0, 0, 4, 4])
    #expect(events.map(\.kind) == [.created, .planned, .tookOver, .started])
    #expect(try await ledger.run().epoch == 4)
  }

  @Test func timeIsCountedOnlyWhileRunning() async throws {
    let ledger = try scratch.create()
    scratch.clock.advance(seconds: 100)
    try await ledger.recordProgress([:])
    try await ledger.setRunState(.running)
    scratch.clock.advance(seconds: 1)
    try await ledger.recordProgress([:])
    scratch.clock.advance(seconds: 1.5)
    try await ledger.recordProgress([:])
    #expect(try await ledger.run().seenAt == scratch.clock.now())
    // A crash: nobody sees the hour that follows.
    scratch.clock.advance(seconds: 3_600)
    try await ledger.setRunState(.planning)
    try await ledger.setRunState(.running)
    scratch.clock.advance(seconds: 0.5)
    try await ledger.recordProgress([:])
    #expect(try await ledger.run().worked == .seconds(3))
  }

  @Test func runWithUnfinishedJobsIsNotComplete() async throws {
    let ledger = try await scratch.createPlanned()
    try await ledger.setRunState(.running)
    for job in Job.acme {
      await expectError(.refusedChange) { try await ledger.setRunState(.complete) }
      try await ledger.complete(job.name)
    }
    try await ledger.setRunState(.complete)
    // A reset takes it back, so that `finish` cannot seal what is no longer there.
    try await ledger.recordReset(engine: "acme", jobs: Job.acme)
    #expect(try await ledger.run().state == .interrupted)
    await expectError(.refusedChange) { try await ledger.setRunState(.finishing) }
  }

  @Test func finishedRunIsSealed() async throws {
    let ledger = try await scratch.createPlanned()
    for job in Job.acme { try await ledger.complete(job.name) }
    for state in [RunState.running, .complete, .finishing, .finishing, .finished, .finished] {
      try await ledger.setRunState(state)
    }
    #expect(
      try await ledger.events().suffix(3).map(\.kind) == [.complete, .finishing, .finished])
    await expectError(.refusedChange) { try await ledger.setRunState(.running) }
    await expectError(.refusedChange) { try await ledger.recordProgress([:]) }
    await expectError(.refusedChange) { try await ledger.markRunning(.chunk0, lane: "copy 0") }
    await expectError(.refusedChange) { try await ledger.appendEvent(.note) }
    await expectError(.refusedChange) {
      try await ledger.replacePlan(engine: "acme", jobs: [])
    }
    #expect(try await ledger.snapshot().run.state == .finished)
  }
}
