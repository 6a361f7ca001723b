import Foundation
import Testing

@testable import PostgresLink

@Suite struct ExecutorTests {
  /// An actor that blocks its thread as a session does that waits for its server.
  actor Waiter {
    private let executor = ConnectionExecutor(label: "waiter")
    nonisolated var unownedExecutor: UnownedSerialExecutor {
      executor.asUnownedSerialExecutor()
    }

    func wait(for signal: DispatchSemaphore) { signal.wait() }
    func answer() -> Int { 42 }
  }

  @Test func `one more session is served while hundreds wait for their servers`() async throws {
    let signal = DispatchSemaphore(value: 0)
    let waiters = (0..<600).map { _ in Waiter() }
    await withTaskGroup { group in
      for waiter in waiters { group.addTask { await waiter.wait(for: signal) } }
      group.addTask {
        #expect(await Waiter().answer() == 42)
        for _ in waiters { signal.signal() }
      }
    }
  }
}
