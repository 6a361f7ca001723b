import Databases
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
  }

  package struct OrgSize: Hashable, Sendable {
    package var members: Int
    package var orgs: Int
  }

  /// The counts of one engine.
  package struct Engine: Hashable, Sendable {
    package var slug: String
    package var language: String
    /// The dimensions of its embeddings (M5).
    package var dimensions: Int
    package var memories: Int
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
  }

  /// Whether the sources are two databases.
  package var areDistinctDatabases: Bool { !accounts.isSameDatabase(as: shard) }
  /// Whether they are on two clusters, as in production.
  package var areDistinctClusters: Bool { accounts.systemIdentifier != shard.systemIdentifier }
  /// Whether `start` would refuse, or an engine would fail.
  package var isBlocked: Bool { findings.contains { $0.severity == .blocking } }

  package var memories: Int { engines.reduce(0) { $0 + $1.memories } }
  package var largestEngine: Engine? { engines.max { $0.memories < $1.memories } }
}
