import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// Compares one space's access with the old rule as the shard computes it.
///
/// The mapping and `AccessParity` read rights and roles with the same code. A mistake in that code would
/// grant wrongly and find it right. This verifier takes from the mapping only which agent a service user
/// became.
struct OldRuleVerifier {
  let engine: String
  let rule: OldRule
  let found: TargetSpace
  let plan: RosterRows
  /// R1: admins of the org.
  let admins: Set<PrincipalRef>
  /// R5, R11: the recorded warnings.
  let recorded: Set<String>

  /// - Parameter told: principals with findings already, which are not reported again.
  func verify(leavingOut told: Set<PrincipalRef>, _ checks: inout VerifyChecks) {
    let names = RosterNames(plan: plan, found: found)
    let agents = Dictionary(
      plan.agents.map { ($0.oldUserID, $0.ref) }, uniquingKeysWith: { first, _ in first })
    let members = Dictionary(
      found.members.map { (names.named($0.ref), $0) }, uniquingKeysWith: { first, _ in first })
    let rights = Dictionary(grouping: rule.rights) { right in
      right.identity.map { .user(identityID: $0) } ?? agents[right.user]
    }
    let unknown = Set((rights[nil] ?? []).map(\.user))
    for user in unknown.sorted(by: { $0.text < $1.text }) {
      fail(user.text, "service user \(user.text) became no agent", &checks)
    }
    for principal in Set(rights.keys.compactMap { $0 }).union(members.keys).sorted() {
      guard !told.contains(principal) else { continue }
      verify(principal, members[principal], rights[principal] ?? [], &checks)
    }
  }

  private func verify(
    _ principal: PrincipalRef, _ member: TargetSpace.Member?, _ rights: [OldRule.Right],
    _ checks: inout VerifyChecks
  ) {
    let now = now(member)
    let byUser = Dictionary(grouping: rights, by: \.user).sorted { $0.key.text < $1.key.text }
    for (user, rights) in byUser {
      guard member != nil || !isRecordedLoss(user) else { continue }
      let before = before(rights)
      compare(principal, before, now, "lost", at: before.paths, &checks)
    }
    let allowed = allowed(principal, member, rights)
    compare(principal, now, allowed, "gained", at: now.paths, &checks)
  }

  /// R5, R11: the user has no principal on the roster, and a warning reported the loss.
  private func isRecordedLoss(_ user: UUID) -> Bool {
    [Rule.R5, .R11].contains { rule in
      recorded.contains(VerifyContext.key(rule: rule.rawValue, engine: engine, row: user.text))
    }
  }

  // MARK: What is given

  private func before(_ rights: [OldRule.Right]) -> GivenActions {
    rights.reduce(into: GivenActions()) { $0.add($1.actions, at: $1.path) }
  }

  private func now(_ member: TargetSpace.Member?) -> GivenActions {
    (member?.access ?? []).reduce(into: GivenActions()) { $0.add($1.level.actions, at: $1.path) }
  }

  /// The rights by the old rule, R1, R7, R8 and home together.
  private func allowed(
    _ principal: PrincipalRef, _ member: TargetSpace.Member?, _ rights: [OldRule.Right]
  ) -> GivenActions {
    var given = before(rights)
    for right in rights { given.add(right.level?.actions ?? [], at: right.path) }
    if admins.contains(principal) { given.add(.all, at: .root) }
    if let member { given.add(.all, at: member.home) }
    return given
  }

  // MARK: Findings

  /// Reports the rights that `given` has and `other` lacks. Rights only change at paths, so these are all.
  private func compare(
    _ principal: PrincipalRef, _ given: GivenActions, _ other: GivenActions, _ verb: String,
    at paths: Set<TreePath>, _ checks: inout VerifyChecks
  ) {
    for path in paths.sorted() {
      let actions = given.allowed(at: path).subtracting(other.allowed(at: path))
      guard !actions.isEmpty else { continue }
      let place = path == .root ? "the root" : "'\(path.text)'"
      fail(
        principal.rowID,
        "\(principal) \(verb) \(actions.names.joined(separator: ", ")) at \(place), by the rule as "
          + "the shard computes it", &checks)
      return
    }
  }

  private func fail(_ row: String, _ message: String, _ checks: inout VerifyChecks) {
    checks[.accessParity].fail(VerifyFinding(engine: engine, row: row, message))
  }
}
