import Foundation
import Glibc

/// The right to write a ledger, held until this value is released or its process ends.
///
/// It is a kernel lock on a file beside the ledger. The file itself stays behind and means nothing; its
/// content only names the holder.
package final class LedgerLock: Sendable {
  /// The present or last holder of the lock, for messages only.
  package struct Holder: Codable, Hashable, Sendable {
    package var pid: Int32
    package var host: String
    package var since: Date
  }

  private let descriptor: CInt
  /// The path of the locked ledger, behind symbolic links.
  package let path: String

  /// Takes the lock of the ledger at `path`, whose own file need not exist.
  ///
  /// Throws `.locked` with the holder if another process, or another part of this one, holds it.
  package init(path: String) throws(LedgerError) {
    let path = LedgerPlace.resolve(path)
    try LedgerPlace.refuseSecondName(path)
    var descriptor = try Self.takeLock(of: path)
    // The file's last holder may have removed it between opening and locking.
    while !Self.isStill(descriptor, at: Self.file(of: path)) {
      close(descriptor)
      descriptor = try Self.takeLock(of: path)
    }
    self.descriptor = descriptor
    self.path = path
    write(Holder(pid: getpid(), host: ProcessInfo.processInfo.hostName, since: Date()))
  }

  private static func takeLock(of path: String) throws(LedgerError) -> CInt {
    let descriptor = open(file(of: path), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      if errno == ENOENT {
        throw LedgerError(
          .missing, path: path, message: "Its directory does not exist.",
          hint: "Create the directory, or name another --ledger.")
      }
      throw LedgerError(
        .noPermission, path: path, message: "Cannot create its lock: \(errnoText()).",
        hint: "Give this user the right to write in that directory, or name another --ledger.")
    }
    guard takeExclusively(descriptor) else {
      let holder = read(descriptor)
      close(descriptor)
      throw LedgerError(
        .locked, path: path,
        message: "Another process is at work on it\(holder.map(phrase) ?? "").",
        hint: "Wait for it, or stop it. `status` shows its progress.")
    }
    return descriptor
  }

  private static func isStill(_ descriptor: CInt, at file: String) -> Bool {
    var (held, named) = (stat(), stat())
    return fstat(descriptor, &held) == 0 && stat(file, &named) == 0
      && (held.st_ino, held.st_dev) == (named.st_ino, named.st_dev)
  }

  /// Unlocks before closing, because a child that is being forked shares the descriptor and would keep
  /// the lock until it runs its own program. Where no ledger was made, nothing is left behind.
  deinit {
    if !FileManager.default.fileExists(atPath: path) { unlink(Self.file(of: path)) }
    var lock = Self.wholeFile(F_UNLCK)
    _ = fcntl(descriptor, Self.setLock, &lock)
    close(descriptor)
  }

  /// The present holder of the lock; nil if there is none. Takes no lock, so it never delays another process.
  package static func holder(path: String) -> Holder? {
    let descriptor = open(file(of: LedgerPlace.resolve(path)), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var lock = wholeFile(F_WRLCK)
    guard fcntl(descriptor, getLock, &lock) == 0, CInt(lock.l_type) != F_UNLCK else { return nil }
    return read(descriptor) ?? Holder(pid: 0, host: "", since: .distantPast)
  }

  private static func file(of path: String) -> String { path + "-lock" }

  /// `F_OFD_SETLK` and `F_OFD_GETLK` of fcntl(2), which Glibc's module leaves out: locks of the open file
  /// rather than of the process, so that two holders within one process exclude each other too.
  private static let setLock: CInt = 37
  private static let getLock: CInt = 36

  private static func takeExclusively(_ descriptor: CInt) -> Bool {
    var lock = wholeFile(F_WRLCK)
    return fcntl(descriptor, setLock, &lock) == 0
  }

  private static func wholeFile(_ type: CInt) -> flock {
    flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
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
