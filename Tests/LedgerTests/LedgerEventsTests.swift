import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerEventsTests {
  let scratch: Scratch
  let ledger: Ledger

  init() async throws {
    scratch = try Scratch()
    ledger = try await scratch.createPlanned()
  }

  @Test func logIsReadInOrderOfOneEngineAndFromItsEnd() async throws {
    try await ledger.appendEvent(.tookOver, detail: "target")
    try await ledger.appendEvent(.repaired, job: .chunk0, detail: "1 range")
    try await ledger.appendEvent(.note, engine: "acme")
    #expect(
      try await ledger.events().map(\.kind) == [.created, .planned, .tookOver, .repaired, .note])
    #expect(try await ledger.events(engine: "acme").map(\.kind) == [.planned, .repaired, .note])
    #expect(try await ledger.events(limit: 2).map(\.kind) == [.repaired, .note])
    #expect(try await ledger.events(engine: "acme", limit: 1).map(\.kind) == [.note])
  }

  /// The proof that P3 rests on must be able to fail.
  @Test func copyingACommittedJobAgainWouldShow() async throws {
    try await ledger.complete(.chunk0)
    #expect(try await ledger.jobsCopiedAgain() == [])
    try await ledger.appendEvent(.started, job: .chunk0)
    #expect(try await ledger.jobsCopiedAgain() == [.chunk0])
  }

  @Test func retryBeforeTheCommitIsNoSecondCopy() async throws {
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    try await ledger.markPending(.chunk0, after: RecordedFailure(message: "cut"))
    try await ledger.complete(.chunk0)
    #expect(try await ledger.jobsCopiedAgain() == [])
  }
}
