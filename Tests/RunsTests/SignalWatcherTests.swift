import PostgresLink
import Synchronization
import Testing

@testable import Runs

/// What a signal means, without sending one.
@Suite struct SignalWatcherTests {
  @Test func `a pool ends in its own time at the first signal, and at once at the second`()
    async throws
  {
    let stop = try StopSignal()
    let watcher = SignalWatcher(stop)
    let asked = Mutex(0)
    await watcher.during(gently: { asked.withLock { $0 += 1 } }) {
      watcher.received()
      #expect(asked.withLock { $0 } == 1)
      #expect(!stop.isRaised)
      watcher.received()
      #expect(asked.withLock { $0 } == 1)
      #expect(stop.isRaised)
    }
  }

  @Test func `a signal that came before the pool reaches it when it begins`() async throws {
    let stop = try StopSignal()
    let watcher = SignalWatcher(stop)
    watcher.received()
    #expect(stop.isRaised, "nobody wants to end in their own time yet")
    let asked = Mutex(0)
    await watcher.during(gently: { asked.withLock { $0 += 1 } }) {}
    #expect(asked.withLock { $0 } == 1)
  }
}
