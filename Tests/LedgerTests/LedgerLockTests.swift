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

  @Test func everyNameOfAFileHasOneLock() async throws {
    let folder = scratch.folder
    let files = FileManager.default
    try files.createDirectory(
      at: folder.appending(path: "there"), withIntermediateDirectories: false)
    try files.createSymbolicLink(
      atPath: folder.appending(path: "here").path, withDestinationPath: "there")
    // Links to what is not there yet, one by way of the other.
    try files.createSymbolicLink(
      atPath: folder.appending(path: "first").path, withDestinationPath: "here/run.ledger")
    try files.createSymbolicLink(
      atPath: folder.appending(path: "there/second").path,
      withDestinationPath: folder.appending(path: "first").path)
    let names = ["there/run.ledger", "here/run.ledger", "first", "there/second", "here/second"]
      .map { folder.appending(path: $0).path }
    for isThere in [false, true] {
      for name in names {
        let lock = try LedgerLock(path: name)
        for other in names {
          await expectError(.locked) { _ = try LedgerLock(path: other) }
          #expect(LedgerLock.holder(path: other) != nil)
        }
        withExtendedLifetime(lock) {}
      }
      if !isThere { try Ledger.create(LedgerLock(path: names[4]), run: .sample).close() }
    }
    for name in names {
      #expect(try await Ledger.openReadOnly(at: name).run().identity == .sample)
    }
    #expect(try Ledger.setAside(LedgerLock(path: names[3]))?.hasPrefix(names[0]) == true)
  }

  @Test func aFileWithASecondNameIsRefused() async throws {
    try scratch.create().close()
    let other = scratch.folder.appending(path: "other").path
    try FileManager.default.linkItem(atPath: scratch.path, toPath: other)
    let error = await expectError(.hardLinked) { _ = try LedgerLock(path: other) }
    #expect(error?.message.contains("2 names") == true)
    try FileManager.default.removeItem(atPath: other)
    #expect(try await scratch.open().run().identity == .sample)
  }

  @Test func aPathWithoutLinksStaysAsItWasGiven() {
    for path in [scratch.path, "run.ledger", "./run.ledger", "nowhere/../run.ledger"] {
      #expect(LedgerPlace.resolve(path) == path)
    }
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
