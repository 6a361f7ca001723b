import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// Compares everybody's rights in one space with the rights that they had before.
struct ParityVerifier {
  let engine: String
  let access: OldAccess
  let plan: RosterRows
  let found: TargetSpace
  /// R5, R10, R11: the recorded warnings.
  let recorded: Set<String>

  /// Returns the principals that have findings.
  func verify(_ checks: inout VerifyChecks) -> Set<PrincipalRef> {
    let names = RosterNames(plan: plan, found: found)
    let now = Dictionary(
      found.members.compactMap { member -> (PrincipalRef, EffectiveAccess)? in
        let ref = names.named(member.ref)
        if case .group = ref { return nil }
        return (ref, EffectiveAccess(grants: member.access, home: member.home))
      }, uniquingKeysWith: { first, _ in first })
    let losses = plan.losses.filter { loss in
      recorded.contains(
        VerifyContext.key(rule: loss.rule.rawValue, engine: engine, row: loss.row))
    }
    let parity = AccessParity(access: access, plan: plan, recorded: losses, now: now)
    checks[.accessParity].looked += Set(now.keys).union(plan.principals.values).count {
      if case .group = $0 { false } else { true }
    }
    for loss in parity.losses { add(loss, "lost", &checks) }
    for gain in parity.gains { add(gain, "gained", &checks) }
    return Set((parity.losses + parity.gains).filter { $0.rule == nil }.map(\.principal))
  }

  private func add(
    _ difference: AccessParity.Finding, _ verb: String, _ checks: inout VerifyChecks
  ) {
    let place = difference.path == .root ? "the root" : "'\(difference.path.text)'"
    let actions = difference.actions.names.joined(separator: ", ")
    let finding = VerifyFinding(
      engine: engine, row: difference.principal.rowID, rule: difference.rule?.rawValue,
      "\(difference.principal) \(verb) \(actions) at \(place)"
        + (difference.rule.map { " (\($0.rawValue))" } ?? ", which no rule explains"))
    if difference.rule == nil {
      checks[.accessParity].fail(finding)
    } else {
      checks[.accessParity].note(finding)
    }
  }
}
