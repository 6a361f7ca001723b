import LocalServers
import PostgresLink
import SchemaPack
import Testing

/// An empty target database, with one session of ours.
struct TargetDatabase {
  static let slug = "abcdefghijkl"

  let connection: PostgresConnection
  let url: String

  static func with(_ body: (TargetDatabase) async throws -> Void) async throws {
    try await with(copiedFrom: nil, body)
  }

  private static func with(
    copiedFrom template: DatabaseTemplate?, _ body: (TargetDatabase) async throws -> Void
  ) async throws {
    try await TestServers.withDatabases([.target], copiedFrom: template) { databases in
      let url = databases.targetURL
      try await body(TargetDatabase(connection: try await open(url), url: url))
    }
  }

  /// The same, provisioned with the built-in pack: auth, core and one space.
  static func withProvisioned(_ body: (TargetDatabase) async throws -> Void) async throws {
    try await with(copiedFrom: provisioned, body)
  }

  private static let provisioned = DatabaseTemplate(key: "provisioned target", sides: [.target]) {
    let url = $0.targetURL
    let target = TargetDatabase(connection: try await open(url), url: url)
    try await target.provision(try .builtIn(textSearch: .gin))
    await target.connection.close()
  }

  static func open(_ url: String) async throws -> PostgresConnection {
    try await PostgresConnection.open(
      try ConnectionSettings(name: "target", connectionString: url), side: .target,
      applicationName: "schema pack tests", stop: try StopSignal())
  }

  func provision(_ pack: SchemaPack, slug: String = slug, dimensions: Int = 3) async throws {
    let runner = PackRunner(pack)
    let values = try PackValues.space(slug: slug, language: "english", dimensions: dimensions)
    try await run(runner, .auth, "auth")
    try await run(runner, .core, "core")
    try await run(runner, .space, "me_\(slug)", values)
  }

  /// One part in a transaction of its own.
  func run(
    _ runner: PackRunner, _ part: PackPart, _ schema: String, _ values: PackValues = .none
  ) async throws {
    try await transaction {
      try await runner.run(part: part, schema: schema, values: values, on: connection)
    }
  }

  func transaction(_ body: () async throws -> Void) async throws {
    try await connection.script("begin")
    do { try await body() } catch {
      _ = try? await connection.script("rollback")
      throw error
    }
    try await connection.script("commit")
  }

  func execute(_ sql: String) async throws {
    try await connection.script(sql)
  }

  /// Runs `body` and takes back what it did.
  func undone(_ body: () async throws -> Void) async throws {
    try await connection.script("begin")
    try await body()
    try await connection.script("rollback")
  }

  /// The column `value` of the last statement's rows.
  func texts(_ sql: String) async throws -> [String] {
    try await connection.script(sql).last?.compactMap { $0["value"] } ?? []
  }

  func text(_ sql: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> String
  {
    try #require(try await texts(sql).first, sourceLocation: sourceLocation)
  }

  /// The constraint, or else the code, that the server refuses `sql` with.
  func refusal(
    _ sql: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    do {
      try await connection.script(sql)
    } catch {
      _ = try? await connection.script("rollback")
      return error.constraint ?? error.code?.rawValue ?? error.message
    }
    Issue.record("nothing refused: \(sql)", sourceLocation: sourceLocation)
    return ""
  }

  /// Everything that a second run of a pack could change: definitions, without what only counts
  /// how often they were written.
  func catalog() async throws -> [String] {
    try await texts(
      """
      set search_path = '';
      select value from (
        select format('%s %s %s', c.oid::regclass, c.oid, pg_get_indexdef(c.oid)) as value
        from pg_class c where c.relnamespace >= 16384 and c.relkind in ('r', 'i', 'S')
        union all
        select format('%s %s', a.attrelid::regclass, a.*) from pg_attribute a
        join pg_class c on c.oid = a.attrelid where c.relnamespace >= 16384
        union all
        select format('%s %s %s', p.oid, p.oid::regprocedure, md5(pg_get_functiondef(p.oid)))
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.oid >= 16384 and p.prokind = 'f'
        union all
        select format('%s %s', t.oid, pg_get_triggerdef(t.oid)) from pg_trigger t
        union all
        select format('%s %s', c.oid, pg_get_constraintdef(c.oid)) from pg_constraint c
        union all
        select format('auth %s', m) from auth.migration m union all
        select format('core %s', m) from core.migration m union all
        select format('space %s', m) from me_abcdefghijkl.migration m union all
        select format('version %s', v) from auth.version v union all
        select format('version %s', v) from core.version v union all
        select format('version %s', v) from me_abcdefghijkl.version v
      ) s order by value
      """)
  }
}
