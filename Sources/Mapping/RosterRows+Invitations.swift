import Foundation

extension RosterRows {
  /// R12: the org's pending invitations; the new model has no expiry.
  mutating func addInvitations(_ source: RosterSource) {
    let pending = source.invitations
      .filter { $0.orgID == source.engine.orgID && $0.isPending }
      .sorted { (ExactText($0.email), $0.id) < (ExactText($1.email), $1.id) }
    for old in pending {
      let inviter = old.invitedBy.flatMap { source.identities.contains($0) ? $0 : nil }
      if inviter == nil {
        let message = "The inviter was not migrated; the invitation names none."
        warnings.append(MappingWarning(rule: .R12, row: old.id.text, message: message))
      }
      invitations.append(
        Invitation(email: old.email, isAdmin: old.role.isAdmin, invitedBy: inviter))
    }
    guard !pending.isEmpty else { return }
    let message = "Invitations do not expire any more; \(pending.count) used to."
    warnings.append(MappingWarning(rule: .R12, row: nil, message: message))
  }
}
