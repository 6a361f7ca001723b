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
  /// Ids of those that were pending when the run began and no longer are.
  private var lapsed: Set<UUID> = []

  init(accounts: PostgresConnection, age: RunAge) async throws(PostgresError) {
    let rows = try await accounts.inSourceSnapshot { accounts throws(PostgresError) in
      let reader = AccountsReader(connection: accounts)
      let engines = try await reader.engines()
      let orgs = Array(Set(engines.map(\.orgID)))
      return (
        engines: engines, identities: try await reader.identityIDs(),
        members: try await reader.members(of: orgs),
        invitations: try await reader.invitations(of: orgs),
        lapsed: try await accounts.query(SQL.verifyLapsedInvitations, [age.seconds])
      )
    }
    engines = rows.engines
    identities = rows.identities
    members = Dictionary(grouping: rows.members, by: \.orgID)
    invitations = Dictionary(grouping: rows.invitations, by: \.orgID)
    for row in rows.lapsed { lapsed.insert(try row.uuid("id")) }
  }

  /// R1: migrated owners and admins of the org.
  func admins(of org: UUID) -> Set<PrincipalRef> {
    let admins = (members[org] ?? []).filter {
      $0.role.isAdmin && identities.contains($0.identityID)
    }
    return Set(admins.map { .user(identityID: $0.identityID) })
  }

  /// R12: what a run may have migrated of the org although nothing at the source asks for it now, naming
  /// none but inviters that were migrated.
  func lapsedInvitations(of org: UUID) -> [OldInvitation] {
    (invitations[org] ?? []).filter { lapsed.contains($0.id) }.map { old in
      var invitation = old
      invitation.invitedBy = old.invitedBy.flatMap { identities.contains($0) ? $0 : nil }
      return invitation
    }
  }
}

/// What the sources hold of several engines.
struct SourceEngines: Sendable {
  struct Counts: Sendable {
    /// All, the rejected ones included.
    var rows: Int
    /// Leaving out the rejected ones (M4).
    var unembedded: Int
  }

  /// By schema.
  var access: [String: OldAccess]
  /// By slug; empty where it was not asked for.
  var rules: [String: OldRule] = [:]
  /// By slug.
  var counts: [String: Counts]

  /// Reads engines whose schemas are there, in one snapshot.
  ///
  /// - Parameter isDeep: reads `rules`.
  init(
    _ engines: [VerifyScope.Engine], isDeep: Bool, shard: PostgresConnection
  ) async throws(PostgresError) {
    let queries = engines.map { engine in
      let rejected = engine.rejected.map(\.text).joined(separator: ",")
      return fillVariables(
        SQL.verifySourceMemories,
        ["slug": engine.slug, "schema": engine.schema, "left_out": "{\(rejected)}"])
    }
    let rules = (isDeep ? engines : []).map {
      fillVariables(SQL.verifyOldRule, ["schema": $0.schema])
    }
    let (access, rights, rows) = try await shard.inSourceSnapshot { shard throws(PostgresError) in
      (
        try await ShardReader(connection: shard).access(of: engines.map(\.schema)),
        rules.isEmpty
          ? []
          : try await shard.script(
            rules.joined(separator: ";\n"), operation: "asking what the engines' users may do"),
        queries.isEmpty
          ? []
          : try await shard.query(
            queries.joined(separator: "union all\n"), operation: "counting the engines' memories")
      )
    }
    self.access = access
    for (engine, rows) in zip(engines, rights) { self.rules[engine.slug] = try OldRule(rows) }
    counts = [:]
    for row in rows {
      counts[try row.text("slug")] = Counts(
        rows: Int(try row.integer("rows")), unembedded: Int(try row.integer("unembedded")))
    }
  }
}
