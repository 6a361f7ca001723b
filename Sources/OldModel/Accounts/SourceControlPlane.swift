import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// Everything in the identities' database that decides rosters, read once for all engines.
package struct SourceControlPlane: Sendable {
  package var engines: [OldEngine]
  package var identities: Set<UUID>
  /// By org.
  package var members: [UUID: [OldOrgMember]]
  package var invitations: [UUID: [OldInvitation]]
  /// Ids of the invitations that were pending when the run began and no longer are.
  private var lapsed: Set<UUID> = []

  /// - Parameter age: the run's age, to find invitations that lapsed since it began; nil to leave them out.
  package init(accounts: PostgresConnection, since age: Age? = nil) async throws(PostgresError) {
    func lapsedRows(
      since age: Age?, _ accounts: PostgresConnection
    ) async throws(PostgresError) -> [SQLRow] {
      guard let age else { return [] }
      return try await accounts.query(SQL.accountsLapsedInvitations, [age.seconds])
    }
    let rows = try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      let reader = AccountsReader(connection: accounts)
      let engines = try await reader.engines()
      let orgs = Array(Set(engines.map(\.orgID)))
      return (
        engines: engines, identities: try await reader.identityIDs(),
        members: try await reader.members(of: orgs),
        invitations: try await reader.invitations(of: orgs),
        lapsed: try await lapsedRows(since: age, accounts)
      )
    }
    engines = rows.engines
    identities = rows.identities
    members = Dictionary(grouping: rows.members, by: \.orgID)
    invitations = Dictionary(grouping: rows.invitations, by: \.orgID)
    for row in rows.lapsed { lapsed.insert(try row.uuid("id")) }
  }

  /// R1: migrated owners and admins of the org.
  package func admins(of org: UUID) -> Set<PrincipalRef> {
    let admins = (members[org] ?? []).filter {
      $0.role.isAdmin && identities.contains($0.identityID)
    }
    return Set(admins.map { .user(identityID: $0.identityID) })
  }

  /// R12: invitations of the org that a run may have migrated although the source no longer has them.
  /// They name only inviters that were migrated.
  package func lapsedInvitations(of org: UUID) -> [OldInvitation] {
    (invitations[org] ?? []).filter { lapsed.contains($0.id) }.map { old in
      var invitation = old
      invitation.invitedBy = old.invitedBy.flatMap { identities.contains($0) ? $0 : nil }
      return invitation
    }
  }

  /// The roster of one engine, from this data and the engine's access tables. Throws if the engine can have
  /// none (E4).
  package func roster(
    of engine: OldEngine, _ access: OldAccess, includesInvitations: Bool
  ) throws(MappingError) -> RosterRows {
    let source = RosterSource(
      engine: engine, members: members[engine.orgID] ?? [], identities: identities, access: access,
      invitations: invitations[engine.orgID] ?? [])
    return try RosterRows(source, includesInvitations: includesInvitations)
  }
}
