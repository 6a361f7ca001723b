import Foundation
import Glibc

/// The right to write a ledger, held until this value goes away or its process ends, however it ends.
///
/// A kernel lock on a file beside the ledger. The file itself stays behind and means nothing; what is
/// written in it only says who to ask.
package final class LedgerLock: Sendable {
  /// Who holds, or last held, the lock; hearsay for messages, never decided by.
  package struct Holder: Codable, Hashable, Sendable {
    package var pid: Int32
    package var host: String
    package var since: Date
  }

  private let descriptor: CInt

  /// Takes the lock of the ledger at `path`, whose own file need not exist.
  ///
  /// Throws `.locked` with the holder where another process, or another part of this one, has it.
  package init(path: String) throws(LedgerError) {
    let descriptor = open(Self.file(of: path), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw LedgerError(
        .noPermission, path: path, message: "Cannot create its lock: \(errnoText()).",
        hint: "Give this user the right to write in that directory, or name another --ledger.")
    }
    guard Self.takeExclusively(descriptor) else {
      let holder = Self.read(descriptor)
      close(descriptor)
      throw LedgerError(
        .locked, path: path,
        message: "Another process is at work on it\(holder.map(phrase) ?? "").",
        hint: "Wait for it or stop it; `status` shows what it does.")
    }
    self.descriptor = descriptor
    write(Holder(pid: getpid(), host: ProcessInfo.processInfo.hostName, since: Date()))
  }

  /// Unlocks before it closes: a child that this process is just forking shares the descriptor, and would
  /// keep the lock until it has become its own program.
  deinit {
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Who holds the lock right now; nil where nobody does. Takes nothing away from anyone.
  package static func holder(path: String) -> Holder? {
    let descriptor = open(file(of: path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
      _ = flock(descriptor, LOCK_UN)
      return nil
    }
    return read(descriptor) ?? Holder(pid: 0, host: "", since: .distantPast)
  }

  private static func file(of path: String) -> String { path + "-lock" }

  /// `holder` asks with a shared lock for an instant: that must not pass for a holder.
  private static func takeExclusively(_ descriptor: CInt) -> Bool {
    for _ in 0..<1_000 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      if flock(descriptor, LOCK_SH | LOCK_NB) != 0 { return false }
      _ = flock(descriptor, LOCK_UN)
    }
    return false
  }

  private static func read(_ descriptor: CInt) -> Holder? {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return try? JSONDecoder().decode(Holder.self, from: Data(bytes.prefix(count)))
  }

  private func write(_ holder: Holder) {
    guard let text = try? JSONEncoder().encode(holder) else { return }
    ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }
}

private func phrase(_ holder: LedgerLock.Holder) -> String {
  ": process \(holder.pid) on \(holder.host) since \(holder.since.ISO8601Format())"
}

/// The last system call's error in words.
func errnoText() -> String { String(cString: strerror(errno)) }
