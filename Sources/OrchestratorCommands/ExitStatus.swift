import Ledger
import Mapping
import OldModel
import Planning
import RunRecord
import Runs
import Scheduling
import Verification

/// What the process's end tells a script; the same for every command, and in every command's help.
package enum ExitStatus: Int32, CaseIterable, Sendable {
  /// Done, nothing is left to do.
  case done = 0
  /// Wrong usage or settings, or, before there is a run, a server that cannot be reached: nothing was begun.
  case usage = 2
  /// Refused: wrong ledger, target not empty, locked, or someone else has taken over.
  case refused = 3
  /// Finished, but engines or checks failed.
  case failed = 4
  /// Interrupted, gave up, or a server cannot be reached at a resume; `resume` goes on.
  case interrupted = 75

  /// For the help of every command.
  static let help = """
    EXIT STATUS
      0   done
      2   wrong usage or settings, a refused login, or, before there is a run,
          a server that cannot be reached; nothing was begun
      3   refused: wrong ledger, target not empty, locked, or taken over
      4   finished, but engines or checks failed
      75  interrupted, gave up, or, at a resume, a server cannot be reached;
          resume goes on
    """
}
