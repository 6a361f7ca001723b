import Ledger
import Mapping
import OldModel
import Planning
import RunRecord
import Runs
import Scheduling
import Verification

/// The exit statuses, which are the same for every command and are part of its help.
package enum ExitStatus: Int32, CaseIterable, Sendable {
  /// Done, nothing is left to do.
  case done = 0
  /// Wrong usage or settings, or a refused login. Nothing was begun.
  case usage = 2
  /// Refused: wrong ledger, target not empty, locked, or another process has taken over.
  case refused = 3
  /// Finished, but engines or checks failed.
  case failed = 4
  /// Interrupted, gave up, or a server cannot be reached: `resume` continues, or, before there is a run, the
  /// same command may succeed later.
  case interrupted = 75

  /// For the help of every command.
  static let help = """
    EXIT STATUS
      0   done
      2   wrong usage or settings, or a refused login; nothing was begun
      3   refused: wrong ledger, target not empty, locked, or taken over
      4   finished, but engines or checks failed
      75  interrupted, gave up, or a server cannot be reached: run resume, or,
          before there is a run, the same command again
    """
}
