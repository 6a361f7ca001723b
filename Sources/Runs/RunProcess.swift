import Databases
import JobModel
import Mapping
import OldModel
import Planning
import Logging
import PostgresLink
import RunRecord
import Scheduling

/// The parts of this process that a run needs: its observer, and its signals.
package struct RunProcess: Sendable {
  let observer: any RunObserver
  let stop: StopSignal
  let signals: SignalWatcher

  /// Hears SIGINT, SIGTERM and SIGHUP from here on.
  package init(observer: any RunObserver) throws(PostgresError) {
    self.observer = observer
    stop = try StopSignal()
    signals = SignalWatcher(stop)
  }

  /// Cuts off dead links of these sessions until its task is cancelled, and tells the observer of each.
  func watch(_ sessions: DatabaseSessions) async {
    let observer = observer
    await SilenceWatch(sessions) { observer.note($0) }.run()
  }
}

extension RunProcess {
  /// Shows others that this process is alive, until its task is cancelled. A lost connection is the jobs'
  /// affair.
  func beat(_ control: ControlSession) async {
    while !Task.isCancelled {
      do throws(PostgresError) {
        if try await !control.beat() {
          observer.note("the heartbeat was refused: not the writer any more")
        }
      } catch {
        Logger(label: "orchestrator").debug("no heartbeat", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: TakeoverDecision.heartbeatInterval)
    }
  }
}

/// How a run's work ended, when nothing was left to do.
package enum RunEnd: Sendable {
  /// Every engine is published.
  case complete
  /// Some engines failed or drifted; the others are published.
  case enginesFailed
}
