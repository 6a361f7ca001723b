import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import Synchronization

/// The ranges that a deep verification has proven so far, in a file beside the ledger, so that an interrupted
/// verification can be continued.
///
/// One line of JSON for each range, appended when both sides' checksums were equal. A line counts only
/// for the same run, epoch, generation and range, and only while both sides hold the row versions that
/// were compared. A crash leaves at most half a line, which is not read. A verification that reaches its
/// end removes the file. One verification at a time has the file, by a kernel lock that ends with its
/// process.
package final class VerifyProgress: Sendable {
  /// Both sides when they were equal.
  struct Proof: Codable, Hashable, Sendable {
    var run: UUID
    var epoch: Int
    var job: String
    var generation: Int
    var lo: UUID?
    var hi: UUID?
    /// The number of rows and the sum over their versions.
    var source: String
    var target: String
  }

  /// Another verification has the file.
  package struct InUse: Error {}

  private let path: String
  private let run: UUID
  private let epoch: Int
  private let known: [String: Proof]
  private let file: Mutex<FileHandle>

  /// The number of ranges that an earlier verification has proven.
  package var count: Int { known.count }

  /// - Parameter fromScratch: ignores the progress of an earlier verification.
  /// - Throws: `InUse`, or a `CocoaError` if the file cannot be written.
  package init(path: String, run: UUID, epoch: Int, fromScratch: Bool) throws {
    self.path = path
    self.run = run
    self.epoch = epoch
    let handle = try Self.openAlone(path)
    let earlier = fromScratch ? [] : Self.read(path).filter { $0.run == run && $0.epoch == epoch }
    known = Dictionary(earlier.map { ($0.job, $0) }) { _, last in last }
    if earlier.isEmpty { try handle.truncate(atOffset: 0) }
    file = Mutex(handle)
  }

  /// Unlocks before closing, because a child that is being forked shares the descriptor.
  deinit {
    file.withLock { _ = flock($0.fileDescriptor, LOCK_UN) }
  }

  private static func openAlone(_ path: String) throws -> FileHandle {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: path])
      }
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw InUse() }
      // Its last holder may have ended, and removed the file, between the two calls.
      if isStill(descriptor, at: path) { return file }
    }
  }

  private static func isStill(_ descriptor: CInt, at path: String) -> Bool {
    var (held, named) = (stat(), stat())
    return fstat(descriptor, &held) == 0 && stat(path, &named) == 0
      && held.st_dev == named.st_dev && held.st_ino == named.st_ino
  }

  private static func read(_ path: String) -> [Proof] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Proof.self, from: Data($0.utf8))
    }
  }

  /// The proof of the chunk, if it is still planned in the same way.
  func proof(of chunk: Job) -> Proof? {
    known["\(chunk.name)"].flatMap { proof in
      proof.generation == chunk.generation && proof.lo == chunk.range.lo
        && proof.hi == chunk.range.hi ? proof : nil
    }
  }

  /// Records that both sides are equal.
  func record(_ chunk: Job, source: RangeFingerprint, target: RangeFingerprint) throws {
    let proof = Proof(
      run: run, epoch: epoch, job: "\(chunk.name)", generation: chunk.generation,
      lo: chunk.range.lo, hi: chunk.range.hi, source: source.text, target: target.text)
    try file.withLock { file in
      // The leading newline ends a line that a crash may have cut.
      try file.write(contentsOf: Data("\n\(encodeJSON(proof))\n".utf8))
    }
  }

  /// Ends the verification: removes its file, if it still exists.
  package func finish() throws {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: path])
    }
  }
}
