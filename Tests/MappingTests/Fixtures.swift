import Foundation
@testable import Mapping

/// A version 7 uuid that shows its number.
func id(_ number: Int) -> UUID {
  let digits = String(number, radix: 16)
  let text = "01890000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  return UUID(uuidString: text) ?? UUID()
}

/// Folded as a server with a Unicode locale would.
func folded(_ text: String) -> FoldedText {
  FoldedText(text, key: text.lowercased())
}

func user(identity number: Int) -> PrincipalRef { .user(identityID: id(number)) }
func group(_ number: Int) -> PrincipalRef { .group(oldUserID: id(number)) }

func member(
  _ identity: Int, _ role: OldOrgRole = .member, rank: Int = 1, org: Int = 900
) -> OldOrgMember {
  OldOrgMember(orgID: id(org), identityID: id(identity), role: role, joinRank: rank)
}

func login(_ number: Int, identity: Int?, superuser: Bool = false, name: String? = nil) -> OldUser {
  OldUser(
    id: id(number), name: folded(name ?? "user-\(number)"), identityID: identity.map(id),
    canLogin: true, isSuperuser: superuser)
}

/// A service user: it can log in and has no identity.
func service(_ number: Int, superuser: Bool = false, name: String? = nil) -> OldUser {
  login(number, identity: nil, superuser: superuser, name: name)
}

func role(_ number: Int, superuser: Bool = false, name: String? = nil) -> OldUser {
  OldUser(
    id: id(number), name: folded(name ?? "role-\(number)"), identityID: nil, canLogin: false,
    isSuperuser: superuser)
}

func owns(_ user: Int, _ path: String) -> OldTreeOwner {
  OldTreeOwner(path: TreePath(path), userID: id(user))
}

func grant(
  _ number: Int, _ user: Int, _ path: String, _ actions: String..., option: Bool = false
) -> OldTreeGrant {
  OldTreeGrant(
    id: id(number), userID: id(user), path: TreePath(path), actions: actions,
    withGrantOption: option)
}

/// Reads "user `member` is a member of `role`".
func edge(_ member: Int, in role: Int, admin: Bool = false) -> OldRoleMembership {
  OldRoleMembership(roleID: id(role), memberID: id(member), withAdminOption: admin)
}

let engine = OldEngine(
  id: id(800), orgID: id(900), slug: "abcdef123456", name: "Notes", status: "active",
  language: "english")

/// An engine whose org has the owner 1 and the plain members 2 and 3; identity 4 exists outside it.
func source(
  members: [OldOrgMember] = [member(1, .owner), member(2, rank: 2), member(3, rank: 3)],
  identities: [Int] = [1, 2, 3, 4], users: [OldUser] = [], owners: [OldTreeOwner] = [],
  grants: [OldTreeGrant] = [], memberships: [OldRoleMembership] = [],
  invitations: [OldInvitation] = []
) -> RosterSource {
  RosterSource(
    engine: engine, members: members, identities: Set(identities.map(id)),
    access: OldAccess(users: users, owners: owners, grants: grants, memberships: memberships),
    invitations: invitations)
}

extension RosterRows {
  /// The level at exactly this path.
  func level(_ principal: PrincipalRef, _ path: String) -> AccessLevel? {
    treeAccess.first { $0.principal == principal && $0.path == TreePath(path) }?.level
  }

  /// Whether the member is in the group, and if so, whether as its admin.
  func admin(_ member: PrincipalRef, in group: Int) -> Bool? {
    groupMembers.first { $0.member == member && $0.groupID == id(group) }?.isAdmin
  }

  /// The rows that warnings of the rule are about.
  func warned(_ rule: Rule) -> [String?] {
    warnings.filter { $0.rule == rule }.map(\.row)
  }
}

/// Text of an `"role/member"` row.
func row(_ role: Int, _ member: Int) -> String { "\(id(role).text)/\(id(member).text)" }
