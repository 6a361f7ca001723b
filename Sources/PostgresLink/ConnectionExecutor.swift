import Foundation
import Synchronization

/// Runs one actor's jobs on a thread of its own, because libpq's calls block and Swift's cooperative pool
/// must never be blocked (measured: a blocking call in an ordinary actor froze a 20 ms heartbeat for 2 s).
///
/// A dispatch queue would not do: all queues of a process share 255 threads, and with more sessions than
/// that waiting for their servers the others, the heartbeat's among them, would stand still.
final class ConnectionExecutor: SerialExecutor {
  private let jobs = JobQueue()

  init(label: String) {
    let jobs = jobs
    let thread = Thread {
      while let (job, executor) = jobs.next() { job.runSynchronously(on: executor) }
    }
    thread.name = label
    thread.start()
  }

  deinit { jobs.end() }

  func enqueue(_ job: consuming ExecutorJob) {
    jobs.add(UnownedJob(job), asUnownedSerialExecutor())
  }
}

/// What waits for an executor's thread. That one holds on to nothing else, so that the executor can go.
private final class JobQueue: Sendable {
  private let jobs = Mutex<[(UnownedJob, UnownedSerialExecutor)]>([])
  private let signal = DispatchSemaphore(value: 0)

  func add(_ job: UnownedJob, _ executor: UnownedSerialExecutor) {
    jobs.withLock { $0.append((job, executor)) }
    signal.signal()
  }

  /// No more jobs will come.
  func end() { signal.signal() }

  /// The next job, waited for; nil at the end.
  func next() -> (UnownedJob, UnownedSerialExecutor)? {
    signal.wait()
    return jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }
}
