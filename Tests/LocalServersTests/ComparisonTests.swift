import LocalServers
import SourceFixtures
import Testing

/// A target like the one a migration leaves is put together from a second generation of the sources.
@Suite struct ComparisonTests {
  @Test func `equal sides are equal, and one changed byte is found`() async throws {
    try await TestServers.withDatabases { databases in
      let (servers, name) = (databases.servers, databases.name)
      try await migrateByHand(databases)
      let comparison = try await Comparison.of(servers, database: name)
      #expect(comparison.isEqual, "\(comparison)")
      #expect(comparison.engines.count == 34)

      let largest = try #require(comparison.engines.max { $0.sourceRows < $1.sourceRows }?.slug)
      try await servers.target.run(
        """
        update :"schema".memory set content = content || ' '
        where id = (select id from :"schema".memory order by id limit 1);
        """, database: name, variables: ["schema": "me_\(largest)"])
      let changed = try await Comparison.of(servers, database: name).engines
        .filter { !$0.differences.isEmpty }
      #expect(changed.map(\.slug) == [largest])
      #expect(changed.first?.differences == ["checksums differ"])
    }
  }

  @Test func `an empty target is different, and nothing fails`() async throws {
    try await TestServers.withDatabases { databases in
      try await sources(databases.servers, databases.name)
      let comparison = try await Comparison.of(databases.servers, database: databases.name)
      #expect(!comparison.isEqual)
      #expect(comparison.engines.allSatisfy { $0.targetRows == nil })
      #expect(comparison.others.count == 2)
    }
  }

  private func migrateByHand(_ databases: TestDatabases) async throws {
    let (servers, name) = (databases.servers, databases.name)
    try await sources(servers, name)
    // The same seed, with the target in the place of the shard.
    try await servers.accounts.dropDatabase(name)
    try await servers.accounts.createDatabase(name)
    try await sources(
      LocalServers(accounts: servers.accounts, shard: servers.target, target: servers.shard), name)
    func column(_ sql: String) async throws -> String {
      try await servers.accounts.run(sql, database: name).replacing("\n", with: " ")
    }
    let deleted = try await column("select slug from accounts.engine where status = 'deleted';")
    try await servers.target.run(
      """
      drop schema :"deleted" cascade;
      create schema auth; create table auth.users (id uuid);
      insert into auth.users select unnest(string_to_array(trim(:'people'), ' '))::uuid;
      create schema core; create table core.principal as select id, 'u' as kind from auth.users;
      create table core.space (slug text);
      insert into core.space select unnest(string_to_array(trim(:'slugs'), ' '));
      """, database: name,
      variables: [
        "deleted": "me_\(deleted.dropLast())",
        "people": try await column("select id from accounts.identity;"),
        "slugs": try await column("select slug from accounts.engine where status = 'active';"),
      ])
  }

  private func sources(_ servers: LocalServers, _ name: String) async throws {
    try await ProductionSources(
      servers: servers, database: name, shape: SourceShape(rows: 40, dimensions: 8)
    ).fill()
  }
}
