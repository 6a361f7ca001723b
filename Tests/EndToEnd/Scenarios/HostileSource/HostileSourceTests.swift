import Foundation
import LocalServers
import SourceFixtures
import Testing

/// A source with every edge case of the mapping at once, under settings that no one expects.
@Suite struct HostileSourceTests {
  /// Of one org each, which Mary owns; slugs that look like numbers.
  private static let numbers = (1...9).map { "00000000000\($0)" }
  /// Of an org that has no owner and no admin.
  private static let ownerless = "ownerless004"

  @Test func `it migrates bit for bit, all but what the rules refuse, and the proof holds`()
    async throws
  {
    try await Scene.with(sources: nil, changed: Self.fill) { scene in
      try await scene.run(Scene.start, ends: 4)
      try await expectOwnerlessRefused(scene)
      try await scene.changeAccounts(
        """
        update accounts.org_member set role = 'owner'
        where org_id = '019b0000-0000-7000-8000-000000000110';
        """)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
      try await scene.run(["verify", "--deep"], ends: 0)
      try await expectHostileValues(scene)
      try await expectMaryEverywhere(scene)
    }
  }

  /// E4: it fails alone.
  private func expectOwnerlessRefused(_ scene: Scene) async throws {
    let status = try await scene.status()
    let failed = try status.engine(Self.ownerless)
    #expect(failed.state == "failed")
    #expect(failed.reason?.contains("E4") == true, "\(failed)")
    let done = Set(status.engines.filter { $0.state == "done" }.map(\.slug))
    #expect(
      done == Set([SmallSources.alpha, SmallSources.bravo, SmallSources.charlie] + Self.numbers))
    let spaces = try await scene.targetValue("select count(*) from core.space;")
    #expect(spaces == "12")
  }

  private func expectHostileValues(_ scene: Scene) async throws {
    let name = try await scene.targetValue(
      "select encode(convert_to(name::text, 'UTF8'), 'hex') from core.space "
        + "where slug = '\(SmallSources.alpha)'")
    let expected = "quotes ' \" back\\slash % {{slug}}\nline"
    #expect(name == expected.utf8.map { String(format: "%02x", $0) }.joined())
    let number = try await scene.targetValue(
      "select name from core.space where slug = '\(Self.numbers[0])'")
    #expect(number == "数字 № 1")
    let fitted = try await scene.targetValue(
      "select count(*) from core.principal where kind = 'g' and name::text ~ '-[0-9a-f]{8}$'")
    #expect(fitted == "1", "a role's name that does not fit gets one that does (R6)")
    let warnings = try await scene.status().warnings
    #expect(warnings.contains { $0.rule == "R6" })
    let longest = try await scene.targetValue(
      "select max(octet_length(content)) from me_\(SmallSources.alpha).memory")
    #expect(Int(longest) ?? 0 > 10_000_000)
  }

  /// Somebody in ten orgs is one user on all their rosters, and owns one agent that is on nine (R4).
  private func expectMaryEverywhere(_ scene: Scene) async throws {
    let roster = try await scene.roster()
    let mary = "u:mary@example.org"
    let spaces = Set(Self.numbers + [SmallSources.alpha, SmallSources.bravo])
    for slug in spaces {
      let admin = Self.numbers.contains(slug) ? " admin" : ""
      #expect(roster.contains("member \(slug) \(mary)\(admin)"), "\(slug)")
    }
    #expect(roster.count { $0.hasPrefix("member ") && $0.contains(mary) } == spaces.count)
    #expect(roster.count { $0 == "principal a:mary@example.org/claude-code" } == 1)
    let agents = roster.filter {
      $0.hasPrefix("member ") && $0.hasSuffix(" a:mary@example.org/claude-code")
    }
    #expect(agents == Self.numbers.map { "member \($0) a:mary@example.org/claude-code" })
  }
}

// MARK: - The source

extension HostileSourceTests {
  private static func fill(_ servers: LocalServers, _ database: String) async throws {
    for cluster in [servers.accounts, servers.shard] {
      try await cluster.run(SQL.sourcesHostileDatabase, variables: ["name": database])
    }
    try await SmallSources.fill(servers, database)
    for slug in numbers + [ownerless] {
      try await OldModel.createEngine(
        on: servers.shard, database: database, slug: slug, dimensions: SmallSources.dimensions)
      try await servers.shard.run(
        """
        insert into me_\(slug)."user" (name) values ('claude-code');
        insert into me_\(slug).memory (content) values ('of \(slug)');
        """, database: database)
    }
    try await servers.shard.run(SQL.sourcesHostileShard, database: database)
    try await servers.accounts.run(SQL.sourcesHostileAccounts, database: database)
    try await set(sourceSettings, servers.accounts, database)
    try await set(sourceSettings, servers.shard, database)
    try await set(targetSettings, servers.target, database)
  }

  private static let sourceSettings = [
    "DateStyle": "SQL, DMY", "TimeZone": "Asia/Kathmandu", "extra_float_digits": "0",
    "bytea_output": "escape", "IntervalStyle": "sql_standard", "client_encoding": "LATIN1",
    "lc_messages": "POSIX", "lc_monetary": "POSIX", "lc_numeric": "POSIX", "lc_time": "POSIX",
  ]

  private static let targetSettings = [
    "DateStyle": "German, DMY", "TimeZone": "America/St_Johns", "extra_float_digits": "-3",
    "bytea_output": "escape", "IntervalStyle": "sql_standard", "client_encoding": "EUC_JP",
    "lc_time": "POSIX",
  ]

  private static func set(
    _ settings: [String: String], _ cluster: LocalCluster, _ database: String
  ) async throws {
    for (setting, value) in settings {
      try await cluster.run(
        "alter database \"\(database)\" set \(setting) = '\(value)'", database: "postgres")
    }
  }
}
