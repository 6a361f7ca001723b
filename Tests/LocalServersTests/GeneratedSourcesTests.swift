import LocalServers
import SourceFixtures
import Testing

@Suite struct GeneratedSourcesTests {
  private static let shape = SourceShape(rows: 60, dimensions: 16)

  @Test func `two generations are equal byte for byte`() async throws {
    let first = try await TestServers.withDatabases(DatabaseSide.sources, generate)
    #expect(first.flatMap(\.tables).filter { $0.name.hasSuffix(".memory") }.count == 35)
    let second = try await TestServers.withDatabases(DatabaseSide.sources, generate)
    #expect(second == first)
  }

  @Test func `a changed value changes the hash`() async throws {
    try await TestServers.withDatabases(
      DatabaseSide.sources, copiedFrom: .production(Self.shape)
    ) { databases in
      let contents = try await contents(databases)
      try await databases.servers.accounts.run(
        """
        update accounts.identity set updated_at = created_at + interval '1 us'
        where id = (select id from accounts.identity order by id limit 1);
        """, database: databases.name)
      #expect(
        try await ContentHash.of(databases.servers.accounts, database: databases.name)
          != contents[0])
    }
  }

  @Test func `row security hides rows from a reader without rights`() async throws {
    try await TestServers.withDatabases(
      [.shard], copiedFrom: .production(Self.shape)
    ) { databases in
      let seen = try await databases.servers.shard.run(
        """
        select nspname as schema from pg_namespace where nspname ~ '^me_'
          order by (select reltuples from pg_class
            where relname = 'memory' and relnamespace = pg_namespace.oid) desc limit 1 \\gset
        create role :"reader";
        grant usage on schema :"schema" to :"reader";
        grant select on all tables in schema :"schema" to :"reader";
        set role :"reader";
        select count(*) from :"schema".memory;
        select set_config('me.user_id', id::text, false) is null from :"schema"."user"
          where superuser;
        select count(*) > 0 from :"schema".memory;
        reset role;
        drop owned by :"reader";
        drop role :"reader";
        """, database: databases.name, variables: ["reader": databases.name])
      #expect(seen == "0\nf\nt\n")
    }
  }

  private func generate(_ databases: TestDatabases) async throws -> [ContentHash] {
    try await ProductionSources(
      servers: databases.servers, database: databases.name, shape: Self.shape
    ).fill()
    return try await contents(databases)
  }

  private func contents(_ databases: TestDatabases) async throws -> [ContentHash] {
    let servers = databases.servers
    return [
      try await .of(servers.accounts, database: databases.name),
      try await .of(servers.shard, database: databases.name),
    ]
  }
}
