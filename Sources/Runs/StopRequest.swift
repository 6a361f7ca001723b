import Foundation

/// Asks the process that is at work on a ledger to stop, as the first signal would, wherever it runs: a file
/// beside the ledger. It means nothing without such a process, which removes it.
package struct StopRequest: Sendable {
  private let path: String

  package init(ledger: String) {
    path = ledger + "-stop"
  }

  /// Throws if the file cannot be made.
  package func make() throws {
    try Data().write(to: URL(filePath: path))
  }

  var isMade: Bool { FileManager.default.fileExists(atPath: path) }

  /// A request that is gone already is as good as heeded. A process clears what was left for an earlier one.
  func clear() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
