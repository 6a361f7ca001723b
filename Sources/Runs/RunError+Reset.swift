import Ledger
import Mapping
import Migration
import OldModel
import Planning
import RunRecord
import SchemaPack

extension RunError {
  /// Somebody else has become the run's writer.
  package static let fenced = RunError(
    .refused, "another orchestrator took the run over in the same moment",
    hint: "Watch that one, with its own ledger.")

  /// Why an engine was not taken back.
  package init(_ refusal: EngineReset.Refusal) {
    switch refusal {
    case .fenced: self = .fenced
    case .inUse(let space, let keys, let rows, let rosterRows):
      self.init(
        .refused,
        "\(space) is in use: \(keys) API keys of its members, \(rows) memories added, changed or "
          + "deleted since they were copied, \(rosterRows) members, grants or invitations likewise",
        hint: "A reset would destroy people's work. Take the space out by hand if that is meant.")
    case .peopleSignedUp(let users):
      self.init(
        .refused, "\(users) users have signed up in the target since",
        hint: "A reset would remove them. Begin a new run with a fresh target instead.")
    }
  }
}
