import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// The database `accounts` as the survey read it, for its own counts and for the findings about engines.
struct SurveyedAccounts: Sendable {
  var counts: SurveyReport.ControlPlane
  var engines: [OldEngine]
  var identities: Set<UUID>
  var membersByOrg: [UUID: [OldOrgMember]]
  var invitationsByOrg: [UUID: [OldInvitation]]
  /// I5, I6.
  var findings: [SurveyFinding]

  /// Runs in a snapshot that the caller holds.
  static func read(_ accounts: PostgresConnection) async throws(PostgresError) -> SurveyedAccounts {
    let reader = AccountsReader(connection: accounts)
    let engines = try await reader.engines()
    let identities = try await reader.identities()
    let orgs = Array(Set(engines.map(\.orgID)))
    let members = try await reader.members(of: orgs)
    let invitations = try await reader.invitations(of: orgs)
    let orphans = try await accounts.query(SQL.surveyOrphans)
    var counts = try await readCounts(accounts)
    counts.identities = identities.count
    counts.enginesByStatus = Dictionary(grouping: engines, by: \.status).mapValues(\.count)
    counts.enginesPerOrg = enginesPerOrg(engines, orgs: counts.orgs)
    return SurveyedAccounts(
      counts: counts, engines: engines, identities: Set(identities.map(\.id)),
      membersByOrg: Dictionary(grouping: members, by: \.orgID),
      invitationsByOrg: Dictionary(grouping: invitations, by: \.orgID),
      findings: try orphanFindings(orphans) + identityFindings(identities)
        + ownerlessFindings(members))
  }

  private static func enginesPerOrg(
    _ engines: [OldEngine], orgs: Int
  ) -> [SurveyReport.OrgEngines] {
    let active = Dictionary(grouping: engines.filter { $0.status == "active" }, by: \.orgID)
    var counts = Dictionary(grouping: active.values, by: \.count).mapValues(\.count)
    counts[0] = max(0, orgs - active.count)
    return counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { SurveyReport.OrgEngines(engines: $0.key, orgs: $0.value) }
  }

  /// R4. An org with neither owner nor admin is a finding of its engines (E4).
  private static func ownerlessFindings(_ members: [OldOrgMember]) -> [SurveyFinding] {
    let ownerless = Dictionary(grouping: members, by: \.orgID).filter { _, members in
      !members.contains { $0.role == .owner } && members.contains { $0.role == .admin }
    }
    guard !ownerless.isEmpty else { return [] }
    return [
      SurveyFinding(
        rule: "R4", .note,
        message: "The org has no owner. Its earliest-joined admin will own the spaces' agents.",
        ids: ownerless.keys.map { $0.uuidString.lowercased() }.sorted())
    ]
  }

  private static func readCounts(
    _ accounts: PostgresConnection
  ) async throws(PostgresError) -> SurveyReport.ControlPlane {
    var sizes: [SurveyReport.OrgSize] = []
    for row in try await accounts.query(SQL.surveyOrgSizes) {
      sizes.append(
        SurveyReport.OrgSize(
          members: Int(try row.integer("members")), orgs: Int(try row.integer("orgs"))))
    }
    guard let row = try await accounts.query(SQL.surveyControlPlane).first else {
      throw PostgresError(kind: .protocolViolation, message: "the server returned no counts")
    }
    return SurveyReport.ControlPlane(
      identities: 0, oauthAccounts: Int(try row.integer("oauth_accounts")),
      sessions: Int(try row.integer("sessions")),
      liveSessions: Int(try row.integer("live_sessions")),
      orgs: sizes.reduce(0) { $0 + $1.orgs },
      orgsWithoutEngine: Int(try row.integer("orgs_without_engine")), orgSizes: sizes,
      orgOwners: Int(try row.integer("owners")), orgAdmins: Int(try row.integer("admins")),
      orgMembers: Int(try row.integer("members")),
      pendingInvitations: Int(try row.integer("pending_invitations")), enginesByStatus: [:],
      enginesPerOrg: [])
  }

  private static func orphanFindings(_ rows: [SQLRow]) throws(PostgresError) -> [SurveyFinding] {
    var idsByKind: [String: [String]] = [:]
    for row in rows { idsByKind[try row.text("what"), default: []].append(try row.text("id")) }
    return idsByKind.map { kind, ids in
      SurveyFinding(
        rule: "I5", .warning,
        message: "The identity of the \(kind) no longer exists; the \(kind) will be left out.",
        ids: ids)
    }
  }

  /// I6. Unicode's case rules replace those of the target, which a survey does not have.
  private static func identityFindings(_ identities: [OldIdentity]) -> [SurveyFinding] {
    let folded = identities.map { identity in
      var folded = identity
      folded.email = FoldedText(identity.email.text, key: identity.email.text.lowercased())
      return folded
    }
    return SurveyFinding.findings(IdentityRows.refusals(identities: folded), engine: nil)
  }
}
