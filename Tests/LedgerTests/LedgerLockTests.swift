import Foundation
import Testing

@testable import Ledger

@Suite struct LedgerLockTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func secondHolderIsRefusedAndToldWhoTheFirstIs() async throws {
    let lock = try LedgerLock(path: scratch.path)
    let error = await expectError(.locked) { _ = try LedgerLock(path: scratch.path) }
    #expect(error?.message.contains("process \(getpid()) on") == true)
    #expect(error?.fate == .refuse)
    #expect(LedgerLock.holder(path: scratch.path)?.pid == getpid())
    withExtendedLifetime(lock) {}
  }

  @Test func fileThatWasLeftBehindMeansNothing() throws {
    #expect(LedgerLock.holder(path: scratch.path) == nil)
    do { _ = try LedgerLock(path: scratch.path) }
    #expect(FileManager.default.fileExists(atPath: scratch.path + "-lock"))
    #expect(LedgerLock.holder(path: scratch.path) == nil)
    let again = try LedgerLock(path: scratch.path)
    #expect(LedgerLock.holder(path: scratch.path) != nil)
    withExtendedLifetime(again) {}
  }

  @Test func lockFallsWithItsProcessHoweverItEnds() async throws {
    // `flock` takes the lock, says so, and sleeps until it is killed.
    let holder = Process()
    holder.executableURL = URL(filePath: "/usr/bin/env")
    holder.arguments = ["flock", scratch.path + "-lock", "sh", "-c", "echo held; exec sleep 600"]
    let output = Pipe()
    holder.standardOutput = output
    try holder.run()
    #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
    await expectError(.locked) { _ = try LedgerLock(path: scratch.path) }

    holder.terminationHandler = nil
    // Both flock and its child share the lock: the whole group goes.
    for child in try children(of: holder.processIdentifier) { kill(child, SIGKILL) }
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    // The pipe ends once the last process that had it is gone.
    _ = output.fileHandleForReading.readDataToEndOfFile()
    _ = try LedgerLock(path: scratch.path)
  }

  private func children(of pid: Int32) throws -> [Int32] {
    let text = try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
    return text.split(separator: " ").compactMap { Int32($0) }
  }

  @Test func askingForTheHolderNeverPassesForOne() async throws {
    let path = scratch.path
    _ = try LedgerLock(path: path)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let asking = Task.detached {
      while !Task.isCancelled {
        _ = LedgerLock.holder(path: path)
        begin.finish()
      }
    }
    for await _ in begun {}
    for _ in 0..<2_000 { _ = try LedgerLock(path: path) }
    asking.cancel()
    await asking.value
  }
}
