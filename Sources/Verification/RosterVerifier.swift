import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// Compares one space's roster and rights, row by row, with those that follow from the sources now.
struct RosterVerifier {
  let plan: RosterRows
  let found: TargetSpace
  /// Every invitation of the org, whether pending or not.
  let invitations: [OldInvitation]
  /// R12: invitations that may have been migrated and are no longer pending.
  let lapsed: [OldInvitation]
  private let names: RosterNames

  init(
    plan: RosterRows, found: TargetSpace, invitations: [OldInvitation], lapsed: [OldInvitation]
  ) {
    self.plan = plan
    self.found = found
    self.invitations = invitations
    self.lapsed = lapsed
    names = RosterNames(plan: plan, found: found)
  }

  private var slug: String { plan.space.slug }

  func verify(_ checks: inout VerifyChecks) {
    checks[.spaces].compare(
      slug, planned: [spaceRow(plan.space.name, plan.space.language)],
      found: found.row.map { [spaceRow($0.name, $0.language)] } ?? [])
    guard found.row != nil else { return }
    checks[.members].compare(
      slug, planned: plan.members.map { memberRow($0.principal, isAdmin: $0.isAdmin) },
      found: found.members.map { memberRow(named($0.ref), isAdmin: $0.isAdmin) })
    checks[.groups].compare(
      slug, planned: plan.groups.map { groupRow($0.name, $0.oldUserID) },
      found: found.groups.map { groupRow($0.name, $0.id) })
    checks[.groupMembers].compare(
      slug,
      planned: plan.groupMembers.map {
        groupMemberRow(.group(oldUserID: $0.groupID), $0.member, isAdmin: $0.isAdmin)
      },
      found: found.groupMembers.map {
        groupMemberRow(named($0.group), named($0.member), isAdmin: $0.isAdmin)
      })
    checks[.grants].compare(
      slug, planned: plannedGrants,
      found: found.grants.map { grantRow(named($0.principal), $0.path, $0.level) })
    verifyAdmins(&checks)
    verifyInvitations(&checks)
  }

  /// The planned grants, and each member's home if the plan has no grant for it.
  private var plannedGrants: [ControlRow] {
    var rows = plan.treeAccess.map { grantRow($0.principal, $0.path, $0.level.rawValue) }
    let planned = Set(rows.map(\.id))
    let roster = Set(plan.members.map(\.principal))
    for member in found.members where roster.contains(named(member.ref)) {
      let home = grantRow(named(member.ref), member.home, AccessLevel.owner.rawValue)
      if !planned.contains(home.id) { rows.append(home) }
    }
    return rows
  }

  private func verifyAdmins(_ checks: inout VerifyChecks) {
    checks[.admins].looked += 1
    if !found.members.contains(where: \.isEffectiveAdmin) {
      checks[.admins].fail(VerifyFinding(engine: slug, "the space has no effective admin"))
    }
    for member in found.members {
      checks[.access].looked += 1
      if member.access.isEmpty {
        checks[.access].fail(
          VerifyFinding(
            engine: slug, row: member.id.text, "\(named(member.ref)) may do nothing at all"))
      }
    }
  }

  private func verifyInvitations(_ checks: inout VerifyChecks) {
    let lapsed = Set(
      lapsed.map { invitationRow($0.email, isAdmin: $0.role.isAdmin, $0.invitedBy) })
    checks[.invitations].compare(
      slug,
      planned: plan.invitations.map {
        invitationRow($0.email, isAdmin: $0.isAdmin, $0.invitedBy)
      },
      found: found.invitations.map {
        invitationRow(
          $0.email, isAdmin: $0.isAdmin, $0.invitedBy, share: $0.shareAccess,
          acceptedAt: $0.acceptedAt)
      }
    ) { lapsed.contains($0) ? "is no longer pending at the source" : nil }
  }

  private func named(_ ref: PrincipalRef) -> PrincipalRef { names.named(ref) }

  // MARK: Rows

  private func spaceRow(_ name: String, _ language: String) -> ControlRow {
    ControlRow(slug, row: nil, label: "the space", ["name": name, "language": language])
  }

  private func memberRow(_ principal: PrincipalRef, isAdmin: Bool) -> ControlRow {
    ControlRow(
      "\(principal)", row: principal.rowID, label: "\(principal) on the roster",
      ["admin": "\(isAdmin)"])
  }

  private func groupRow(_ name: String, _ id: UUID) -> ControlRow {
    ControlRow(name, row: id.text, label: "group \(name)", [:])
  }

  private func groupMemberRow(
    _ group: PrincipalRef, _ member: PrincipalRef, isAdmin: Bool
  ) -> ControlRow {
    ControlRow(
      "\(member) of \(group)", row: member.rowID, label: "\(member) in \(group)",
      ["admin": "\(isAdmin)"])
  }

  private func grantRow(_ principal: PrincipalRef, _ path: TreePath, _ level: Int) -> ControlRow {
    let place = path == .root ? "the root" : "'\(path.text)'"
    return ControlRow(
      "\(principal) at \(path.text)", row: principal.rowID,
      label: "grant of \(principal) at \(place)", ["access": "\(level)"])
  }

  private func invitationRow(
    _ email: String, isAdmin: Bool, _ invitedBy: UUID?, share: Int? = nil,
    acceptedAt: String? = nil
  ) -> ControlRow {
    let old = invitations.first { ExactText($0.email) == ExactText(email) }
    return ControlRow(
      email, row: old?.id.text, label: "an invitation",
      [
        "admin": "\(isAdmin)", "share_access": share.map(String.init) ?? "null",
        "invited_by": invitedBy?.text ?? "null", "accepted_at": acceptedAt ?? "null",
      ])
  }
}

/// Gives a space's found principals the names that the plan has for them: agents regardless of case, because
/// another engine may have written them, and groups by their old user.
struct RosterNames {
  private var groups: [UUID: PrincipalRef] = [:]
  private var agents: [String: PrincipalRef] = [:]

  init(plan: RosterRows, found: TargetSpace) {
    let byName = Dictionary(plan.groups.map { (ExactText($0.name), $0.ref) }) { first, _ in first }
    for group in found.groups { groups[group.id] = byName[ExactText(group.name)] }
    for agent in plan.agents { agents[Self.key(agent.ref)] = agent.ref }
  }

  func named(_ ref: PrincipalRef) -> PrincipalRef {
    switch ref {
    case .user: ref
    case .group(let id): groups[id] ?? ref
    case .agent: agents[Self.key(ref)] ?? ref
    }
  }

  /// Fitted names are ASCII, so this equals the target's case rule.
  private static func key(_ ref: PrincipalRef) -> String { "\(ref)".lowercased() }
}

extension PrincipalRef {
  /// The id that findings show.
  var rowID: String {
    switch self {
    case .user(let id), .group(let id): id.text
    case .agent(let owner, let name): "\(owner.text)/\(name)"
    }
  }
}
