import Foundation
import Glibc
import JobModel

/// A new file that only its owner can read, from its first byte on, and that takes its name once it is whole.
/// A crash leaves the file that had the name before, and what was written so far as `<name>.partial`.
struct PrivateFile: ~Copyable {
  private let path: String
  private let file: FileHandle

  private var partial: String { path + ".partial" }

  /// Makes the partial file anew. Throws `POSIXError`.
  init(path: String) throws {
    let partial = path + ".partial"
    try Self.remove(partial)
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw POSIXError.last }
    self.path = path
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  func append(_ text: String) throws {
    try file.write(contentsOf: Data(text.utf8))
  }

  /// Gives the file its name, once the disk has it.
  consuming func publish() throws {
    try file.synchronize()
    try file.close()
    guard rename(partial, path) == 0 else { throw POSIXError.last }
  }

  /// Removes a file, where there is one. Throws `POSIXError`.
  static func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw POSIXError.last }
  }
}

extension POSIXError {
  /// What the last call of the C library failed with.
  fileprivate static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
