import JobModel
import Ledger
import PostgresLink
import Scheduling
import SchemaPack

/// Why a command about a run ended without having done what it was asked for: what happened and where, and
/// what to do next. Safe to print.
package struct RunError: Error, Hashable, Sendable {
  /// What a script around the command can do about it.
  package enum Kind: Hashable, Sendable {
    /// The command or its settings must be corrected.
    case usage
    /// The run, its ledger or its target are not in a state that allows it.
    case refused
    /// It was done, and something of it failed.
    case failed
    /// It stopped before its end; `resume` goes on.
    case interrupted
  }

  package var kind: Kind
  package var message: String
  /// An instruction.
  package var hint: String?

  package init(_ kind: Kind, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
  }
}
