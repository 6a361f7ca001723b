import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM as a stream of counts: 1 asks to stop, 2 to stop at once.
final class SignalWatcher: Sendable {
  let signals: AsyncStream<Int>
  private let sources: SignalSources

  init() {
    let (signals, continuation) = AsyncStream<Int>.makeStream()
    self.signals = signals
    let count = Mutex(0)
    sources = SignalSources { @Sendable in
      let number = count.withLock { value in
        value += 1
        return value
      }
      continuation.yield(number)
    }
  }
}

/// Keeps the dispatch sources alive. Unchecked: they are made once and never touched again.
private final class SignalSources: @unchecked Sendable {
  private let sources: [any DispatchSourceSignal]

  init(_ handler: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: handler)
      source.resume()
      return source
    }
  }
}
