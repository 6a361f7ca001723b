import Foundation

/// An exclusive lock on a file, across processes and within one; a dead holder's lock is free.
struct FileLock: ~Copyable {
  private let descriptor: Int32

  /// Waits for the lock on a thread of its own.
  static func acquire(_ path: URL) async throws -> FileLock {
    FileLock(
      descriptor: try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try lock(path.path) }) }
      })
  }

  deinit { close(descriptor) }

  private static func lock(_ path: String) throws -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
      throw LocalServerError(operation: "locking \(path)", reason: String(cString: strerror(errno)))
    }
    return descriptor
  }
}
