import Databases
import Mapping
import OldModel
import Planning
import PostgresLink
import Scheduling

/// This process, as far as a run at work needs it: who watches, and how it is told to stop.
package struct RunProcess: Sendable {
  let observer: any RunObserver
  let stop: StopSignal
  let signals: SignalWatcher

  /// Hears SIGINT and SIGTERM from here on.
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

/// How a run's work ended, when nothing was left to do.
package enum RunEnd: Sendable {
  /// Every engine is published.
  case complete
  /// Some engines failed or drifted; the others are published.
  case enginesFailed
}
