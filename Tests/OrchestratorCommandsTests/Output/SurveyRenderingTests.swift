import Foundation
import PostgresLink
import Testing

@testable import Migration
@testable import OrchestratorCommands
@testable import Planning

@Suite struct SurveyRenderingTests {
  private func identity(_ cluster: String) throws -> DatabaseIdentity {
    let json = """
      {"systemIdentifier": "\(cluster)", "databaseOID": 5, "timeline": 1, "postmasterStart": "1",
       "address": "db.example:5432/app", "serverVersion": 180006, "encoding": "UTF8",
       "isInRecovery": false}
      """
    return try JSONDecoder().decode(DatabaseIdentity.self, from: Data(json.utf8))
  }

  private func engine(_ slug: String, memories: Int) -> SurveyReport.Engine {
    SurveyReport.Engine(
      slug: slug, org: Self.org, language: "english", dimensions: 1_536, memories: memories,
      bytes: memories * 1_000, nullEmbeddings: 1,
      people: 2, serviceUsers: 1, roles: 1, treeOwners: 0, grants: 3, roleMemberships: 1,
      widenedGrants: 2,
      rights: [
        .init(
          grant: nil, path: "", holder: Self.org, holderKind: .role, actions: [],
          withGrantOption: true, isWidened: false),
        .init(
          grant: Self.org, path: "a.b", holder: Self.org, holderKind: .service,
          actions: ["read", "create"], withGrantOption: false, isWidened: true),
      ])
  }

  private static let org = UUID(uuid: (1, 144, 0, 0, 0, 0, 112, 0, 128, 0, 0, 0, 0, 0, 0, 1))

  private func report(_ findings: [SurveyFinding]) throws -> SurveyReport {
    SurveyReport(
      accounts: try identity("1"), shard: try identity("2"),
      controlPlane: SurveyReport.ControlPlane(
        identities: 3, oauthAccounts: 2, sessions: 5, liveSessions: 1, orgs: 2,
        orgsWithoutEngine: 0, orgSizes: [.init(members: 1, orgs: 1), .init(members: 2, orgs: 1)],
        orgOwners: 2, orgAdmins: 0, orgMembers: 1, pendingInvitations: 0,
        enginesByStatus: ["active": 2, "deleted": 1],
        enginesPerOrg: [.init(engines: 0, orgs: 1), .init(engines: 2, orgs: 1)]),
      engines: [engine("aaaaaaaaaaaa", memories: 1), engine("bbbbbbbbbbbb", memories: 41_000)],
      findings: findings.inOrder())
  }

  private let refused = SurveyFinding(
    rule: "M4", .blocking, engine: "aaaaaaaaaaaa", message: "meta is not an object.",
    ids: (1...9).map { "id\($0)" }, count: 12, remedy: "Repair it.")

  @Test func `the text says what is there and, first, what blocks`() throws {
    let note = SurveyFinding(rule: "E1", .note, message: "Skipped.", ids: ["cccccccccccc"])
    let lines = try report([note, refused]).lines(columns: 100).map(\.plain)
    #expect(
      lines.contains(
        "  41,001 memories, 41,000 of them in the largest (bbbbbbbbbbbb), 41.0 MB on disk without indexes"
      ))
    #expect(
      lines.contains("  every column that a run reads is there, in accounts and in 2 engines"))
    #expect(lines.contains("  orgs by engines: 1 with 0 active engines, 1 with 2 active engines"))
    #expect(lines.contains("  2 orgs: 1 with 1 member, 1 with 2 members"))
    #expect(
      lines.suffix(6) == [
        "findings  1 blocking, 0 warnings, 1 note", "✗ M4: meta is not an object. (12)",
        "    aaaaaaaaaaaa: id1, id2, id3, id4 and 8 more", "    → Repair it.", "· E1: Skipped.",
        "    cccccccccccc",
      ])
  }

  @Test func `owners and grants are listed for who asks, with what becomes wider`() throws {
    let lines = try report([]).lines(columns: 200, listsGrants: true).map(\.plain)
    let id = Self.org.uuidString.lowercased()
    let words = lines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(words.contains("aaaaaaaaaaaa / role \(id) owner"))
    #expect(words.contains("aaaaaaaaaaaa a.b service \(id) read,create yes"))
    #expect(!(try report([]).lines(columns: 200).map(\.plain)).contains { $0.contains("a.b") })
  }

  @Test func `what is found in many engines is said once`() throws {
    let warnings = (10...60).map {
      SurveyFinding(rule: "R5", .warning, engine: "engine\($0)", message: "Gone.", ids: ["x"])
    }
    let lines = try report(warnings).lines(columns: 100).map(\.plain)
    #expect(
      lines.suffix(2) == [
        "⚠ R5: Gone. (51)",
        "    in 51 engines: engine10, engine11, engine12, engine13 and 47 more",
      ])
  }

  @Test func `JSON keeps its keys`() throws {
    let json = try JSONText.of(SurveyJSON(try report([refused]), listsGrants: true))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "control_plane", "engines", "findings", "is_blocked", "sources", "totals",
      ])
    let finding = try #require((object["findings"] as? [[String: Any]])?.first)
    #expect(
      finding.keys.sorted() == [
        "count", "engine", "ids", "message", "remedy", "rule", "severity",
      ])
    let totals = try #require(object["totals"] as? [String: Any])
    #expect(totals["memories"] as? Int == 41_001)
    #expect(totals["largest_engine"] as? String == "bbbbbbbbbbbb")
    #expect(totals["widened_grants"] as? Int == 4)
  }

  @Test func `sources that cannot be read leave their keys null`() throws {
    var report = try report([])
    report.controlPlane = nil
    report.engines = []
    let json = try JSONText.of(SurveyJSON(report, listsGrants: false), isOneLine: true)
    #expect(json.contains(#""control_plane":null"#) && json.contains(#""largest_engine":null"#))
    #expect(report.lines(columns: 80).count == 5)
  }
}
