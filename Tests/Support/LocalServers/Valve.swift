import Foundation

/// Where the bytes of one client wait to go on; without limit until it is shut.
final class Valve: @unchecked Sendable {
  // Unchecked: everything below is only touched while the condition is locked.
  private let condition = NSCondition()
  private var bytes = Data()
  /// How many of them may go on; nil while it is open.
  private var allowance: Int?
  private var isEnded = false
  private var isBroken = false

  /// Nothing more passes but what `admit` lets through.
  func shut() { change { allowance = 0 } }

  /// Lets this many bytes through, now or when they come.
  func admit(_ bytes: Int) { change { allowance = allowance.map { $0 + bytes } } }

  /// Lets everything through again.
  func open() { change { allowance = nil } }

  /// The client sends nothing more.
  func end() { change { isEnded = true } }

  /// Nothing passes any more, and nobody waits.
  func breakDown() { change { isBroken = true } }

  private func change(_ body: () -> Void) {
    condition.withLock {
      body()
      condition.broadcast()
    }
  }

  /// Bytes that have not gone on.
  var held: Int { condition.withLock { bytes.count } }

  /// Takes bytes: at once while it is shut, else when those before them have gone on.
  func put(_ piece: ArraySlice<UInt8>) {
    condition.withLock {
      bytes += piece
      condition.broadcast()
      while allowance == nil, !bytes.isEmpty, !isBroken { condition.wait() }
    }
  }

  /// The next bytes that may go on, waited for; nil when there will be none.
  func take() -> [UInt8]? {
    condition.withLock {
      while bytes.isEmpty || allowance == 0 {
        if isBroken || isEnded && bytes.isEmpty { return nil }
        condition.wait()
      }
      let piece = Array(bytes.prefix(min(64 * 1024, allowance ?? .max)))
      bytes.removeFirst(piece.count)
      allowance = allowance.map { $0 - piece.count }
      condition.broadcast()
      return piece
    }
  }
}
