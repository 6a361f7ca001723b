import LocalServers
import PostgresLink
import SourceFixtures

/// Sources small enough to be read at a glance: Ada owns one org with one engine, `aaaaaaaaaaaa`, in which
/// she is a superuser and which holds no memory. Tests add what they are about.
package struct SourceScene {
  package static let slug = "aaaaaaaaaaaa"
  package static let ada = "01900000-0000-7000-8000-000000000001"
  package static let org = "01900000-0000-7000-9000-000000000001"
  package static let dimensions = 4

  package let databases: TestDatabases

  /// Runs `body` with the scene, an empty target beside it.
  package static func with(
    accounts: String = "", shard: String = "", _ body: (SourceScene) async throws -> Void
  ) async throws {
    try await TestServers.withDatabases(copiedFrom: template) { databases in
      let scene = SourceScene(databases: databases)
      if !accounts.isEmpty { try await scene.accounts(accounts) }
      if !shard.isEmpty { try await scene.shard(shard) }
      try await body(scene)
    }
  }

  private static let template = DatabaseTemplate(key: "source scene", sides: DatabaseSide.sources) {
    try await SourceScene(databases: $0).create()
  }

  private func create() async throws {
    let servers = databases.servers
    try await OldModel.createAccounts(on: servers.accounts, database: databases.name)
    try await accounts(
      """
      insert into accounts.identity (id, email, name) values
        ('\(Self.ada)', 'ada@example.org', 'Ada');
      insert into accounts.org (id, slug, name) values ('\(Self.org)', 'ada', 'Ada''s');
      insert into accounts.org_member (org_id, identity_id, role) values
        ('\(Self.org)', '\(Self.ada)', 'owner');
      insert into accounts.engine (org_id, slug, name) values
        ('\(Self.org)', '\(Self.slug)', 'Memory');
      """)
    try await OldModel.createEngine(
      on: servers.shard, database: databases.name, slug: Self.slug, dimensions: Self.dimensions)
    try await shard(
      """
      insert into "user" (id, name, identity_id, superuser) values
        ('\(Self.ada)', 'ada@example.org', '\(Self.ada)', true);
      """)
  }

  package func accounts(_ sql: String) async throws {
    try await databases.servers.accounts.run(sql, database: databases.name)
  }

  /// In the engine's schema.
  package func shard(_ sql: String) async throws {
    try await databases.servers.shard.run(
      "set search_path = me_\(Self.slug), public;\n" + sql, database: databases.name)
  }

  package func open(
    _ name: String, _ url: String, _ side: SessionSide = .source
  ) async throws -> PostgresConnection {
    try await PostgresConnection.open(
      try ConnectionSettings(name: name, connectionString: url), side: side,
      applicationName: "tests", stop: try StopSignal())
  }

  /// Runs `body` with the shard's URL for a login that the tables' policies filter.
  package func withFilteredReader(_ body: (_ shardURL: String) async throws -> Void) async throws {
    let role = databases.name
    try await shard(
      """
      create role \(role) login password 'reader' connection limit 3;
      grant usage on schema me_\(Self.slug) to \(role);
      grant select on all tables in schema me_\(Self.slug) to \(role);
      grant execute on function pg_control_system(), pg_control_checkpoint() to \(role);
      """)
    let url = databases.servers.shard.url(database: databases.name, role: role, password: "reader")
    do { try await body(url) } catch {
      try await shard("drop owned by \(role); drop role \(role);")
      throw error
    }
    try await shard("drop owned by \(role); drop role \(role);")
  }

  package init(databases: TestDatabases) {
    self.databases = databases
  }
}

/// Statements that add four large memories, of which the second and the third have too many words for a
/// tsvector: that is not a matter of size alone.
package let overlongMemories = """
  insert into memory (id, content) values
    ('01900000-0000-7000-8000-000000000001', repeat('megabytes of the same few words ', 70000)),
    ('01900000-0000-7000-8000-000000000002',
      (select string_agg(md5(n::text), ' ') from generate_series(1, 35000) n)),
    ('01900000-0000-7000-8000-000000000003',
      (select string_agg(format('a%1$s-b%1$s-c%1$s-d%1$s', n), ' ')
        from generate_series(1, 19000) n)),
    ('01900000-0000-7000-8000-000000000004', repeat(md5(''), 70000));
  """
