import Foundation

extension RosterRows {
  /// The identities that the roster, its agents and its invitations need in the target, each once.
  package var userIDs: [UUID] {
    let members = members.compactMap { member -> UUID? in
      if case .user(let id) = member.principal { id } else { nil }
    }
    var seen: Set<UUID> = []
    return (members + [agentOwnerID] + invitations.compactMap(\.invitedBy))
      .filter { seen.insert($0).inserted }
  }

  /// R4: the owner who joined first, or else the admin; ties by id. E4: fails if there is none.
  static func agentOwner(of source: RosterSource) throws(MappingError) -> UUID {
    let members = source.migratedMembers
    let chosen =
      members.first { $0.role == .owner } ?? members.first { $0.role == .admin }
    if let chosen { return chosen.identityID }
    let refusal = Refusal(
      rule: .E4, row: source.engine.id.text,
      message: "No owner or admin of the engine's org was migrated, so nobody could run the space.",
      hint: "Make an existing identity owner of the org in the source, then resume.")
    throw MappingError(engine: source.engine.slug, refusals: [refusal])
  }

  /// R1, R4: who is on the roster.
  mutating func addMembers(_ source: RosterSource) {
    members = source.migratedMembers.map { member in
      Member(principal: .user(identityID: member.identityID), isAdmin: member.role.isAdmin)
    }
    members += agents.map { Member(principal: $0.ref, isAdmin: false) }
    let gone = source.members.filter {
      $0.orgID == source.engine.orgID && !source.identities.contains($0.identityID)
    }
    for member in gone.sorted(by: { $0.identityID < $1.identityID }) {
      let message = "This member of the org has no identity any more and was left out."
      warnings.append(MappingWarning(rule: .R1, row: member.identityID.text, message: message))
    }
  }
}
