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

  /// Handles SIGINT, SIGTERM and SIGHUP from now on.
  package init(observer: any RunObserver) throws(PostgresError) {
    self.observer = observer
    stop = try StopSignal()
    signals = SignalWatcher(stop)
  }

  /// Closes dead links of these sessions until its task is cancelled, and reports each to the observer.
  func watch(_ sessions: DatabaseSessions) async {
    let observer = observer
    await SilenceWatch(sessions) { observer.note($0) }.run()
  }
}

extension RunProcess {
  /// Heeds a request to stop, as it would the first signal, until its task is cancelled.
  func heed(_ request: StopRequest) async {
    while !Task.isCancelled {
      if request.isMade {
        request.clear()
        observer.note("asked to stop")
        signals.received()
        return
      }
      try? await Task.sleep(for: .milliseconds(250))
    }
  }

  /// Shows other processes that this one is alive, until its task is cancelled. A lost connection
  /// concerns only the jobs.
  func beat(_ control: ControlSession) async {
    while !Task.isCancelled {
      do throws(PostgresError) {
        if try await !control.beat() {
          observer.note("the heartbeat was refused: this process is no longer the writer")
        }
      } catch {
        Logger(label: "orchestrator").debug("no heartbeat", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: TakeoverDecision.heartbeatInterval)
    }
  }
}

/// The end of a run's work when nothing is left to do.
package enum RunEnd: Sendable {
  /// Every engine is published.
  case complete
  /// Every engine is copied, and was equal to its source in a pass that began afterwards; none is published.
  case copiedAhead
  /// Some engines failed or drifted; the others are published.
  case enginesFailed
}
