import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

extension CommandError {
  /// The reason why this process may not write the run.
  init(_ decision: TakeoverDecision) {
    switch decision {
    case .takeOver: preconditionFailure("nothing to refuse")
    case .refuseOtherRun(let run):
      self.init(
        .refused,
        "the target does not belong to this ledger's run (it carries \(run.uuidString.lowercased()))",
        hint: "Check --ledger and the target's setting: one of them is another migration's.")
    case .refuseAlive(let place, let age):
      self.init(
        .refused,
        "the run is at work: process \(place.pid) on \(place.host), "
          + "last sign of life \(Int(age)) s ago",
        hint: "Wait for it, or stop it. If it is certainly gone, run "
          + "`orchestrator resume --take-over`.")
    case .refuseFinishing:
      self.init(
        .refused, "finish has begun: nothing may be written any more",
        hint: "Use a fresh target for another migration: what this run migrated is production now.")
    }
  }
}
