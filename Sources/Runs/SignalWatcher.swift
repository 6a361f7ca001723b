import Databases
import Dispatch
import Foundation
import PostgresLink
import Scheduling
import Synchronization

/// Handles SIGINT, SIGTERM and SIGHUP (the terminal, or the connection to it, is gone) from its creation
/// until the process ends. The second signal ends every wait for a server. So does the first one, unless a
/// worker pool winds down gently.
final class SignalWatcher: Sendable {
  private struct State {
    var count = 0
    var gently: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  private let stop: StopSignal
  private let sources = Mutex<SignalSources?>(nil)

  init(_ stop: StopSignal) {
    self.stop = stop
    sources.withLock { sources in
      sources = SignalSources { @Sendable [weak self] in self?.received() }
    }
  }

  /// Makes the first signal call `gently` while `body` runs. If a signal has come before, `gently` is
  /// called at once.
  func during<Value>(
    gently: @escaping @Sendable () -> Void, _ body: () async -> Value
  ) async -> Value {
    let isLate = state.withLock { state in
      state.gently = gently
      return state.count > 0
    }
    if isLate { gently() }
    let value = await body()
    state.withLock { $0.gently = nil }
    return value
  }

  /// A signal has come.
  func received() {
    let gently = state.withLock { state in
      state.count += 1
      return state.count == 1 ? state.gently : nil
    }
    if let gently { gently() } else { stop.raise() }
  }
}

/// Functions cannot be compared, but their addresses can.
private func isIgnoring(_ handler: sighandler_t?) -> Bool {
  unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

/// Keeps the dispatch sources alive. Unchecked: they are made once and never touched again.
private final class SignalSources: @unchecked Sendable {
  private let sources: [any DispatchSourceSignal]

  init(_ handler: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number in
      let before = signal(number, SIG_IGN)
      // Whoever started it with nohup wants it to outlive the terminal.
      if number == SIGHUP, isIgnoring(before) { return nil }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: handler)
      source.resume()
      return source
    }
  }
}
