import Synchronization

/// The progress of a copy in flight, read by the progress display while the lane is at work.
package final class CopyProgress: Sendable {
  private let rowCount = Atomic<Int>(0)
  private let byteCount = Atomic<Int>(0)
  private let sourceRead: @Sendable () -> Void

  /// - Parameter sourceRead: called on the lane's thread when the source has sent all of a range.
  package init(sourceRead: @escaping @Sendable () -> Void = {}) {
    self.sourceRead = sourceRead
  }

  /// Rows handed to the target's session, not yet committed.
  package var rows: Int { rowCount.load(ordering: .relaxed) }
  /// Bytes handed to the target's session.
  package var bytes: Int { byteCount.load(ordering: .relaxed) }

  func sourceEnded() { sourceRead() }

  func set(rows: Int, bytes: Int) {
    rowCount.store(rows, ordering: .relaxed)
    byteCount.store(bytes, ordering: .relaxed)
  }
}
