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
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "-lock"), "there is no ledger")
    try Data().write(to: URL(filePath: scratch.path))
    do { _ = try LedgerLock(path: scratch.path) }
    #expect(FileManager.default.fileExists(atPath: scratch.path + "-lock"))
    #expect(LedgerLock.holder(path: scratch.path) == nil)
    let again = try LedgerLock(path: scratch.path)
    #expect(LedgerLock.holder(path: scratch.path) != nil)
    withExtendedLifetime(again) {}
  }

  @Test func lockFallsWithItsProcessHoweverItEnds() async throws {
    let holder = Process()
    holder.executableURL = URL(filePath: "/usr/bin/env")
    holder.arguments = ["python3", "-c", Self.lockAndWait, scratch.path + "-lock"]
    let output = Pipe()
    holder.standardOutput = output
    try holder.run()
    #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
    await expectError(.locked) { _ = try LedgerLock(path: scratch.path) }

    holder.terminationHandler = nil
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    _ = try LedgerLock(path: scratch.path)
  }

  /// Takes the same lock, says so, and waits to be killed.
  private static let lockAndWait = """
    import fcntl, signal, struct, sys
    file = open(sys.argv[1], "w")
    fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
    print("held", flush=True)
    signal.pause()
    """

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
