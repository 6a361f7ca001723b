import Foundation
import GRDB
import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerFaultTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The files as `kill -9` leaves them: no -shm worth having, all of the work in the -wal.
  private func killedCopy(withSharedMemory: Bool) throws -> Scratch {
    let copy = try Scratch()
    for suffix in withSharedMemory ? ["", "-wal", "-shm"] : ["", "-wal"] {
      try FileManager.default.copyItem(atPath: scratch.path + suffix, toPath: copy.path + suffix)
    }
    return copy
  }

  @Test(arguments: [false, true])
  func killedWriterLosesNothingCommitted(withSharedMemory: Bool) async throws {
    let ledger = try await scratch.createPlanned()
    try await ledger.complete(.chunk0, rows: 9)
    let copy = try killedCopy(withSharedMemory: withSharedMemory)
    #expect(try await copy.openReadOnly().state(.chunk0) == .done)
    let resumed = try copy.open()
    #expect(try await resumed.state(.chunk0) == .done)
    #expect(try await resumed.state(.chunk1) == .pending)
    try await resumed.complete(.chunk1)
  }

  @Test func halfWrittenTransactionIsAsIfItHadNotBeen() async throws {
    let ledger = try await scratch.createPlanned()
    try await ledger.complete(.chunk0, rows: 9)
    try await ledger.complete(.chunk1, rows: 9)
    let copy = try killedCopy(withSharedMemory: false)
    // Torn off within the last frame.
    let wal = try FileHandle(forUpdating: URL(filePath: copy.path + "-wal"))
    try wal.truncate(atOffset: wal.seekToEnd() - 100)
    try wal.close()
    let resumed = try copy.open()
    #expect(try await resumed.state(.chunk0) == .done)
    #expect(try await resumed.state(.chunk1) == .running)
    let result = try await resumed.reconcile(with: [Job.acme[1].mark], plan: Job.acme)
    #expect(result.abandoned == [.chunk1])
  }

  @Test func readerSeesTheWriterAtWork() async throws {
    let writer = try await scratch.createPlanned()
    let reader = try scratch.openReadOnly()
    try await writer.markRunning(.chunk0, lane: "copy 0")
    #expect(try await reader.snapshot().engines.first?.running.count == 1)
    let writing = Task {
      for number in 0..<300 {
        try await writer.recordProgress([.chunk0: JobProgress(rows: number, bytes: number)])
      }
    }
    var seen = 0
    for _ in 0..<50 {
      let rows = try await reader.snapshot().rowsDone
      #expect(rows >= seen)
      seen = rows
    }
    try await writing.value
    #expect(try await reader.snapshot().rowsDone == 299)
  }

  @Test func readerWritesNothing() async throws {
    try await scratch.createPlanned().close()
    let before = try Data(contentsOf: URL(filePath: scratch.path))
    let reader = try scratch.openReadOnly()
    await expectError(.noPermission) { try await reader.markRunning(.chunk0, lane: "copy 0") }
    try reader.close()
    #expect(try Data(contentsOf: URL(filePath: scratch.path)) == before)
  }

  @Test func copyHasTheWriteAheadLogAndLeavesNothingInTheTemporaryFolder() async throws {
    let ledger = try await scratch.createPlanned()
    try await ledger.complete(.chunk0, rows: 9)
    let copy = try Ledger.openCopy(of: scratch.path, now: scratch.clock.now)
    #expect(try await copy.snapshot().rowsDone == 9)
    #expect(copy.path == scratch.path)
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
    }
    #expect(open.contains { $0.hasSuffix("/copy (deleted)") })
  }

  @Test func fullDiskIsToldAndLeavesNothingHalf() async throws {
    let ledger = try await scratch.createPlanned()
    let rows = (0..<200).map {
      RejectedRow(
        engine: "acme", id: UUID(), constraint: "c",
        json: "\"\($0)\(String(repeating: "x", count: 2_000))\"")
    }
    try await ledger.write("fill the disk") { db, _ in
      _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = 1")
    }
    let error = await expectError(.diskFull) { try await ledger.recordRejectedRows(rows) }
    #expect(error?.fate == .stopRun)
    #expect(error?.description.contains("xxx") == false)
    #expect(try await ledger.rejectedRows() == [])
    try await ledger.write("make room") { db, _ in
      _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = 100000")
    }
    try await ledger.recordRejectedRows(rows)
    #expect(try await ledger.rejectedIDs()["acme"]?.count == 200)
  }

  @Test func valueThatNobodyWritesIsDamage() async throws {
    try await scratch.createPlanned().close()
    try scratch.other { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; UPDATE job SET lo = 'x' WHERE lo IS NOT NULL")
    }
    let ledger = try scratch.open()
    let error = await expectError(.damaged) { _ = try await ledger.jobs() }
    #expect(error?.hint.contains("--rebuild-ledger") == true)
  }

  @Test func everyErrorHasAFate() {
    for code in LedgerError.Code.allCases {
      let error = LedgerError(code, path: "p", message: "What.", hint: "Do.")
      #expect(error.description == "p: What. Do.")
      _ = error.fate
    }
  }
}
