import Databases
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// What a read-only look at both sources found.
package struct SurveyReport: Sendable {
  package var accounts: DatabaseIdentity
  package var shard: DatabaseIdentity
  /// Nil where the identities' database cannot be read; then no engine was looked at either.
  package var controlPlane: ControlPlane?
  /// The engines that become spaces and could be read, by slug.
  package var engines: [Engine]
  /// In the order of what has to be looked at first.
  package var findings: [SurveyFinding]

  /// Rows of DB_ACCOUNTS, counted.
  package struct ControlPlane: Hashable, Sendable {
    package var identities: Int
    package var oauthAccounts: Int
    package var sessions: Int
    package var liveSessions: Int
    package var orgs: Int
    package var orgsWithoutEngine: Int
    /// How many orgs there are of each number of members, the smallest first.
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

  /// One engine, counted.
  package struct Engine: Hashable, Sendable {
    package var slug: String
    package var language: String
    /// Of its embeddings (M5).
    package var dimensions: Int
    package var memories: Int
    package var nullEmbeddings: Int
    /// People: logins with an identity.
    package var people: Int
    /// Logins without one; they become agents.
    package var serviceUsers: Int
    /// No logins; they become groups.
    package var roles: Int
    package var treeOwners: Int
    package var grants: Int
    package var roleMemberships: Int
    /// R8: grants that give more than they did.
    package var widenedGrants: Int
  }

  /// Whether both sources are what they should be: two databases.
  package var areDistinctDatabases: Bool { !accounts.isSameDatabase(as: shard) }
  /// Whether they are on two clusters, as production's are.
  package var areDistinctClusters: Bool { accounts.systemIdentifier != shard.systemIdentifier }
  /// Whether `start` would refuse something, or an engine would fail.
  package var isBlocked: Bool { findings.contains { $0.severity == .blocking } }

  package var memories: Int { engines.reduce(0) { $0 + $1.memories } }
  package var largestEngine: Engine? { engines.max { $0.memories < $1.memories } }
}
