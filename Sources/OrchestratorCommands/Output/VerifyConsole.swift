import Foundation
import Ledger
import Mapping
import OldModel
import Planning
import RunRecord
import Runs
import Scheduling
import Synchronization
import Verification

/// Says how far a verification is, on one line of a terminal's standard error; to a pipe only
/// what went wrong.
final class VerifyConsole: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let lastBytes = Mutex(0)

  /// What deep comparison has sent over the network, statements and answers together.
  var bytes: Int { lastBytes.withLock { $0 } }

  func show(_ step: Verifier.Step) {
    switch step {
    case .identities: write("people …")
    case .engines(let done, let total): write("engines: \(done) of \(total)")
    case .memories(let done, let total, let bytes):
      lastBytes.withLock { $0 = max($0, bytes) }
      write("memories: \(done) of \(total) ranges")
    case .lost(let finding):
      clear()
      Terminal.complain(finding)
    }
  }

  /// Leaves the line empty.
  func clear() { write("") }

  private func write(_ text: String) {
    if isTerminal { put("\r\u{1B}[K\(text)") }
  }

  private func put(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
