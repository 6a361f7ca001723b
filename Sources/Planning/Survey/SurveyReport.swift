import Databases
import Foundation
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// The results of a survey of both sources.
package struct SurveyReport: Sendable {
  package var accounts: DatabaseIdentity
  package var shard: DatabaseIdentity
  /// Nil if the identities' database cannot be read; then no engine was read either.
  package var controlPlane: ControlPlane?
  /// The engines that become spaces and could be read, by slug.
  package var engines: [Engine]
  /// The findings, most urgent first.
  package var findings: [SurveyFinding]

  /// The counts of the database `accounts`.
  package struct ControlPlane: Hashable, Sendable {
    package var identities: Int
    package var oauthAccounts: Int
    package var sessions: Int
    package var liveSessions: Int
    package var orgs: Int
    package var orgsWithoutEngine: Int
    /// The number of orgs by number of members, smallest first.
    package var orgSizes: [OrgSize]
    /// Memberships of orgs, by role.
    package var orgOwners: Int
    package var orgAdmins: Int
    package var orgMembers: Int
    package var pendingInvitations: Int
    package var enginesByStatus: [String: Int]
    /// The number of orgs by number of active engines, smallest first.
    package var enginesPerOrg: [OrgEngines]
  }

  package struct OrgEngines: Hashable, Sendable {
    package var engines: Int
    package var orgs: Int
  }

  package struct OrgSize: Hashable, Sendable {
    package var members: Int
    package var orgs: Int
  }

  /// The counts of one engine.
  package struct Engine: Hashable, Sendable {
    package var slug: String
    package var org: UUID
    package var language: String
    /// The dimensions of its embeddings (M5).
    package var dimensions: Int
    package var memories: Int
    /// The size of the memories' table on the source's disk, without its indexes.
    package var bytes: Int
    package var nullEmbeddings: Int
    /// Logins with an identity, which are people.
    package var people: Int
    /// Logins without an identity, which become agents.
    package var serviceUsers: Int
    /// Roles without a login, which become groups.
    package var roles: Int
    package var treeOwners: Int
    package var grants: Int
    package var roleMemberships: Int
    /// R8: grants that give more than before.
    package var widenedGrants: Int
    /// Every owner and grant, by path and holder.
    package var rights: [Right]
  }

  /// A tree owner or a grant, and what the migration makes of it.
  package struct Right: Hashable, Sendable {
    /// The grant's id; nil for a tree owner.
    package var grant: UUID?
    package var path: String
    /// The engine's user who holds it.
    package var holder: UUID
    package var holderKind: HolderKind
    /// As the grant lists them; all for a tree owner.
    package var actions: [String]
    package var withGrantOption: Bool
    /// R8: the level that replaces it gives more.
    package var isWidened: Bool
  }

  package enum HolderKind: String, Sendable {
    case person
    case service
    case role
    /// A login whose identity no longer exists (R5).
    case dangling
  }

  /// Whether the sources are two databases.
  package var areDistinctDatabases: Bool { !accounts.isSameDatabase(as: shard) }
  /// Whether they are on two clusters, as in production.
  package var areDistinctClusters: Bool { accounts.systemIdentifier != shard.systemIdentifier }
  /// Whether `start` would refuse, or an engine would fail.
  package var isBlocked: Bool { findings.contains { $0.severity == .blocking } }

  package var bytes: Int { engines.reduce(0) { $0 + $1.bytes } }
  /// The engines of which a table or column is missing, is different, or may not be read.
  package var enginesWithGaps: Set<String> {
    Set(findings.filter { $0.rule == "source" }.compactMap(\.engine))
  }

  package var memories: Int { engines.reduce(0) { $0 + $1.memories } }
  package var largestEngine: Engine? { engines.max { $0.memories < $1.memories } }
}
