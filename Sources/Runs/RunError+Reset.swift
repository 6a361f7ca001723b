import Ledger
import Mapping
import Migration
import OldModel
import Planning
import RunRecord
import SchemaPack

extension RunError {
  /// Another process has become the run's writer.
  package static let fenced = RunError(
    .refused, "another orchestrator took the run over at the same moment",
    hint: "Watch that one, with its own ledger.")

  /// The reason why an engine was not removed.
  package init(_ refusal: EngineReset.Refusal) {
    switch refusal {
    case .fenced: self = .fenced
    case .inUse(let space, let keys, let rows, let rosterRows):
      self.init(
        .refused,
        "\(space) is in use: API keys of its members: \(keys); memories added, changed or deleted "
          + "since they were copied: \(rows); members, grants or invitations: \(rosterRows)",
        hint: "Remove the space by hand if you mean to: a reset would destroy people's work.")
    case .peopleSignedUp(let users):
      self.init(
        .refused, "people have signed up in the target since (users: \(users))",
        hint: "Begin a new run with a fresh target: a reset would remove them.")
    }
  }
}
