import Foundation
import Ledger

/// `stop`: asks the process that is at work on a ledger to stop, and waits until it has.
package struct Stop {
  private let path: String

  /// How long a process has: its grace for jobs in flight, and the last writes.
  private static let patience = Duration.seconds(60)

  package init(ledger path: String) {
    self.path = path
  }

  /// The process at work; nil if there is none.
  package var holder: LedgerLock.Holder? { LedgerLock.holder(path: path) }

  /// Returns when no process holds the ledger any more. Throws if it does not stop.
  package func run() async throws {
    guard holder != nil else { return }
    let request = StopRequest(ledger: path)
    try request.make()
    let deadline = ContinuousClock.now + Self.patience
    while let holder {
      guard .now < deadline else {
        request.clear()
        throw RunError(
          .refused, "process \(holder.pid) on \(holder.host) is still at work on \(path)",
          hint:
            "Look at what it does with `orchestrator status`. A second SIGTERM stops it at once.")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    request.clear()
  }
}
