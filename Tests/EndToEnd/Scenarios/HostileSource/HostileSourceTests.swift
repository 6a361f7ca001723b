import Foundation
import LocalServers
import Testing

/// A source with every edge case of the mapping at once, under settings that no one expects.
@Suite struct HostileSourceTests {
  @Test func `it migrates bit for bit, and the proof holds`() async throws {
    try await Scene.with(sources: Self.fill) { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.expectEqual()
      try await scene.run(["verify", "--deep"], ends: 0)
      let name = try await scene.targetValue(
        "select encode(convert_to(name::text, 'UTF8'), 'hex') from core.space "
          + "where slug = '\(SmallSources.alpha)'")
      let expected = "quotes ' \" back\\slash % {{slug}}\nline"
      #expect(name == expected.utf8.map { String(format: "%02x", $0) }.joined())
      let fitted = try await scene.targetValue(
        "select count(*) from core.principal where kind = 'g' and name::text ~ '-[0-9a-f]{8}$'")
      #expect(fitted == "1", "a role's name that does not fit gets one that does (R6)")
      #expect(try await scene.status().warnings.contains { $0.rule == "R6" })
      let longest = try await scene.targetValue(
        "select max(octet_length(content)) from me_\(SmallSources.alpha).memory")
      #expect(Int(longest) ?? 0 > 10_000_000)
    }
  }

  private static func fill(_ servers: LocalServers, _ database: String) async throws {
    try await SmallSources.fill(servers, database)
    try await servers.shard.run(SQL.sourcesHostileShard, database: database)
    try await servers.accounts.run(SQL.sourcesHostileAccounts, database: database)
    for cluster in [servers.accounts, servers.shard, servers.target] {
      let target = cluster.name == servers.target.name
      for (setting, value) in [
        ("DateStyle", target ? "German, DMY" : "SQL, DMY"),
        ("TimeZone", target ? "America/St_Johns" : "Asia/Kathmandu"),
        ("extra_float_digits", target ? "-3" : "0"), ("bytea_output", "escape"),
        ("IntervalStyle", "sql_standard"),
      ] {
        try await cluster.run(
          "alter database \"\(database)\" set \(setting) = '\(value)'", database: "postgres")
      }
    }
  }
}
