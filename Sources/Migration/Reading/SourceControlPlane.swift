import Foundation
import Mapping
import PostgresLink

/// Everything of the identities' database that decides rosters, read once for all engines.
struct SourceControlPlane: Sendable {
  var engines: [OldEngine]
  var identities: Set<UUID>
  /// By org.
  var members: [UUID: [OldOrgMember]]
  var invitations: [UUID: [OldInvitation]]

  init(accounts: PostgresConnection) async throws(PostgresError) {
    let rows = try await accounts.inSourceSnapshot { accounts throws(PostgresError) in
      let reader = AccountsReader(connection: accounts)
      let engines = try await reader.engines()
      let orgs = Array(Set(engines.map(\.orgID)))
      return (
        engines: engines, identities: try await reader.identityIDs(),
        members: try await reader.members(of: orgs),
        invitations: try await reader.invitations(of: orgs)
      )
    }
    engines = rows.engines
    identities = rows.identities
    members = Dictionary(grouping: rows.members, by: \.orgID)
    invitations = Dictionary(grouping: rows.invitations, by: \.orgID)
  }
  /// The roster that follows for one engine from all this and its access tables; throws where none does.
  func roster(
    of engine: OldEngine, _ access: OldAccess, includesInvitations: Bool
  ) throws(MappingError) -> RosterPlan {
    let source = RosterSource(
      engine: engine, members: members[engine.orgID] ?? [], identities: identities, access: access,
      invitations: invitations[engine.orgID] ?? [])
    return try RosterPlan(source, includesInvitations: includesInvitations)
  }
}
