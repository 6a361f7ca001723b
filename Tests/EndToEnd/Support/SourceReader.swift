import LocalServers

/// A role that may read both sources and write nothing, as an operator would make one.
struct SourceReader {
  /// Also the database's name: both are unique.
  let name: String
  private let servers: LocalServers

  static let password = Scene.canary

  /// Makes the role for as long as `body` runs.
  ///
  /// - Parameter seesAll: whether row-level security does not apply to it.
  static func with(_ scene: Scene, seesAll: Bool, _ body: (SourceReader) async throws -> Void)
    async throws
  {
    let reader = SourceReader(name: scene.database, servers: scene.servers)
    let attributes = seesAll ? "bypassrls" : "nobypassrls"
    for cluster in [scene.servers.accounts, scene.servers.shard] {
      try await cluster.run(
        """
        create role :"reader" login \(attributes) password :'password';
        alter role :"reader" set log_statement = 'all';
        select format('grant usage on schema %1$I to %2$I; grant select on all tables in schema %1$I to %2$I',
          nspname, :'reader')
        from pg_namespace where nspname = 'accounts' or nspname ~ '^me_' \\gexec
        """, database: scene.database,
        variables: ["reader": reader.name, "password": password])
    }
    do { try await body(reader) } catch {
      try? await reader.drop()
      throw error
    }
    try await reader.drop()
  }

  /// What makes the orchestrator read the sources as this role.
  var environment: [String: String?] {
    [
      "DB_ACCOUNTS": servers.accounts.url(
        database: name, role: name, password: Self.password),
      "DB_SHARD": servers.shard.url(database: name, role: name, password: Self.password),
    ]
  }

  private func drop() async throws {
    for cluster in [servers.accounts, servers.shard] {
      try await cluster.run(
        """
        drop owned by :"reader";
        drop role :"reader";
        """, database: name, variables: ["reader": name])
    }
  }
}
