import Foundation
@testable import Mapping
import Testing

struct RosterInvitationsTests {
  private func invitation(
    _ number: Int, _ email: String, _ role: OldOrgRole, by inviter: Int? = 1, org: Int = 900,
    pending: Bool = true
  ) -> OldInvitation {
    OldInvitation(
      id: id(number), orgID: id(org), email: email, role: role, invitedBy: inviter.map(id),
      isPending: pending)
  }

  @Test("R12: the org's pending invitations become the space's, by email")
  func pending() throws {
    let plan = try RosterRows(
      source(invitations: [
        invitation(63, "c@x.org", .member), invitation(61, "a@x.org", .owner),
        invitation(62, "b@x.org", .admin), invitation(64, "d@x.org", .member, pending: false),
        invitation(65, "e@x.org", .member, org: 901),
      ]))
    #expect(
      plan.invitations == [
        .init(email: "a@x.org", isAdmin: true, invitedBy: id(1)),
        .init(email: "b@x.org", isAdmin: true, invitedBy: id(1)),
        .init(email: "c@x.org", isAdmin: false, invitedBy: id(1)),
      ])
    #expect(plan.warned(.R12) == [nil], "one note about the lost expiry")
  }

  @Test("R12: an inviter that was not migrated is left open, with a warning", arguments: [9, nil])
  func unknownInviter(inviter: Int?) throws {
    let plan = try RosterRows(
      source(invitations: [invitation(61, "a@x.org", .member, by: inviter)]))
    #expect(plan.invitations.map(\.invitedBy) == [nil])
    #expect(plan.warned(.R12) == [id(61).text, nil])
    #expect(!plan.warnings.description.contains("x.org"))
  }

  @Test("R12: --no-invitations leaves them all out; none pending is nothing to note")
  func without() throws {
    let some = source(invitations: [invitation(61, "a@x.org", .member, by: 9)])
    let plan = try RosterRows(some, includesInvitations: false)
    #expect(plan.invitations.isEmpty && plan.warnings.isEmpty)
    let none = source(invitations: [invitation(61, "a@x.org", .member, pending: false)])
    #expect(try RosterRows(none).warnings.isEmpty)
  }
}
