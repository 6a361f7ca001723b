import RunRecord
import Runs
import Scheduling
import Synchronization

/// What this process was asked for, where it must be known far from the command that was parsed: at the
/// end of a run, and in every hint that names the next command.
struct Invocation: Hashable, Sendable {
  /// ` --ledger <path>` as it has to be said again to the next command; empty where its default would do.
  var ledger = ""
  var logFormat = LogFormat.text
  /// It goes on with a run, so that trouble which passes is no reason to end for good.
  var hasRun = false

  /// Of the whole process; set once, before its command runs.
  static var current: Invocation {
    get { shared.withLock { $0 } }
    set { shared.withLock { $0 = newValue } }
  }

  private static let shared = Mutex(Invocation())
}
