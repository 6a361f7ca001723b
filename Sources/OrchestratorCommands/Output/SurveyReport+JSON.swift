import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import Verification

/// `survey --json`. Keys are never left out: what could not be read is null or an empty list.
struct SurveyJSON: Encodable {
  var sources: Sources
  @OrNull var controlPlane: ControlPlane?
  var totals: Totals
  /// The engines that would become spaces and could be read, by slug.
  var engines: [Engine]
  var findings: [Finding]
  /// A finding is blocking.
  var isBlocked: Bool

  struct Sources: Encodable {
    var accounts: DatabaseJSON
    var shard: DatabaseJSON
    var areDistinctDatabases: Bool
    var areDistinctClusters: Bool
  }

  struct ControlPlane: Encodable {
    var identities: Int
    var oauthAccounts: Int
    var sessions: Int
    var liveSessions: Int
    var orgs: Int
    var orgsWithoutEngine: Int
    var orgSizes: [OrgSize]
    var orgOwners: Int
    var orgAdmins: Int
    var orgMembers: Int
    var pendingInvitations: Int
    var enginesByStatus: [StatusCount]
    var enginesPerOrg: [OrgEngines]
  }

  struct OrgEngines: Encodable {
    var engines: Int
    var orgs: Int
  }

  struct OrgSize: Encodable {
    var members: Int
    var orgs: Int
  }

  struct StatusCount: Encodable {
    var status: String
    var engines: Int
  }

  struct Totals: Encodable {
    var engines: Int
    var memories: Int
    /// On the source's disk, without indexes.
    var bytes: Int
    /// A table or column of these is missing, is different, or may not be read.
    var enginesWithGaps: [String]
    @OrNull var largestEngine: String?
    var largestEngineMemories: Int
    var nullEmbeddings: Int
    var people: Int
    var serviceUsers: Int
    var roles: Int
    var treeOwners: Int
    var grants: Int
    var roleMemberships: Int
    var widenedGrants: Int
  }

  struct Engine: Encodable {
    var slug: String
    var org: String
    var language: String
    var dimensions: Int
    var memories: Int
    var bytes: Int
    var nullEmbeddings: Int
    var people: Int
    var serviceUsers: Int
    var roles: Int
    var treeOwners: Int
    var grants: Int
    var roleMemberships: Int
    var widenedGrants: Int
    /// Null without `--grants`.
    @OrNull var rights: [Right]?
  }

  /// A tree owner, or a grant.
  struct Right: Encodable {
    /// Null for a tree owner.
    @OrNull var grant: String?
    var path: String
    var holder: String
    /// `person`, `service`, `role` or `dangling`.
    var holderKind: String
    var actions: [String]
    var withGrantOption: Bool
    var isWidened: Bool
  }

  struct Finding: Encodable {
    var rule: String
    /// `blocking`, `warning` or `note`.
    var severity: String
    @OrNull var engine: String?
    var message: String
    var count: Int
    /// The first 20.
    var ids: [String]
    @OrNull var remedy: String?
  }
}

/// A database that was looked at.
struct DatabaseJSON: Encodable {
  /// Host, port and database; no user, no password.
  var address: String
  /// `server_version_num`.
  var serverVersion: Int
  /// Text: it does not fit into what JSON's readers take for a number.
  var systemIdentifier: String
  var databaseOid: Int
  var encoding: String
  var isStandby: Bool

  init(_ identity: DatabaseIdentity) {
    address = identity.address
    serverVersion = identity.serverVersion
    systemIdentifier = identity.systemIdentifier
    databaseOid = Int(identity.databaseOID)
    encoding = identity.encoding
    isStandby = identity.isInRecovery
  }
}

extension SurveyJSON {
  init(_ report: SurveyReport, listsGrants: Bool) {
    sources = Sources(
      accounts: DatabaseJSON(report.accounts), shard: DatabaseJSON(report.shard),
      areDistinctDatabases: report.areDistinctDatabases,
      areDistinctClusters: report.areDistinctClusters)
    controlPlane = report.controlPlane.map(ControlPlane.init)
    totals = Totals(report)
    engines = report.engines.map { Engine($0, listsGrants: listsGrants) }
    findings = report.findings.map {
      Finding(
        rule: $0.rule, severity: $0.severity.rawValue, engine: $0.engine, message: $0.message,
        count: $0.count, ids: $0.ids, remedy: $0.remedy)
    }
    isBlocked = report.isBlocked
  }
}

extension SurveyJSON.ControlPlane {
  init(_ counts: SurveyReport.ControlPlane) {
    self.init(
      identities: counts.identities, oauthAccounts: counts.oauthAccounts,
      sessions: counts.sessions, liveSessions: counts.liveSessions, orgs: counts.orgs,
      orgsWithoutEngine: counts.orgsWithoutEngine,
      orgSizes: counts.orgSizes.map { .init(members: $0.members, orgs: $0.orgs) },
      orgOwners: counts.orgOwners, orgAdmins: counts.orgAdmins, orgMembers: counts.orgMembers,
      pendingInvitations: counts.pendingInvitations,
      enginesByStatus: counts.enginesByStatus.sorted { $0.key < $1.key }
        .map { .init(status: $0.key, engines: $0.value) },
      enginesPerOrg: counts.enginesPerOrg.map { .init(engines: $0.engines, orgs: $0.orgs) })
  }
}

extension SurveyJSON.Totals {
  init(_ report: SurveyReport) {
    func sum(_ count: (SurveyReport.Engine) -> Int) -> Int {
      report.engines.reduce(0) { $0 + count($1) }
    }
    self.init(
      engines: report.engines.count, memories: report.memories, bytes: report.bytes,
      enginesWithGaps: report.enginesWithGaps.sorted(),
      largestEngine: report.largestEngine?.slug,
      largestEngineMemories: report.largestEngine?.memories ?? 0,
      nullEmbeddings: sum(\.nullEmbeddings), people: sum(\.people),
      serviceUsers: sum(\.serviceUsers), roles: sum(\.roles), treeOwners: sum(\.treeOwners),
      grants: sum(\.grants), roleMemberships: sum(\.roleMemberships),
      widenedGrants: sum(\.widenedGrants))
  }
}

extension SurveyJSON.Engine {
  init(_ engine: SurveyReport.Engine, listsGrants: Bool) {
    self.init(
      slug: engine.slug, org: engine.org.uuidString.lowercased(), language: engine.language,
      dimensions: engine.dimensions, memories: engine.memories, bytes: engine.bytes,
      nullEmbeddings: engine.nullEmbeddings, people: engine.people,
      serviceUsers: engine.serviceUsers, roles: engine.roles, treeOwners: engine.treeOwners,
      grants: engine.grants, roleMemberships: engine.roleMemberships,
      widenedGrants: engine.widenedGrants,
      rights: listsGrants ? engine.rights.map(SurveyJSON.Right.init) : nil)
  }
}

extension SurveyJSON.Right {
  init(_ right: SurveyReport.Right) {
    self.init(
      grant: right.grant?.uuidString.lowercased(), path: right.path,
      holder: right.holder.uuidString.lowercased(), holderKind: right.holderKind.rawValue,
      actions: right.actions, withGrantOption: right.withGrantOption, isWidened: right.isWidened)
  }
}
