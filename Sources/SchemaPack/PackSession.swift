import Digest
import PostgresLink

/// The queries of a runner.
struct PackSession {
  let connection: PostgresConnection
  private let operation: String

  init(_ connection: PostgresConnection, operation: String) {
    self.connection = connection
    self.operation = operation
  }

  @discardableResult
  func ask(_ sql: String, _ values: [SQLValue] = []) async throws(PackError) -> [SQLRow] {
    do throws(PostgresError) {
      return try await connection.query(sql, values, operation: operation)
    } catch {
      throw PackError(.database, error.message, hint: error.hint, cause: error)
    }
  }

  /// The id of the open transaction. Read twice: without a transaction, each statement has its own id.
  func transaction() async throws(PackError) -> String {
    let sql = "select pg_current_xact_id()::text as id"
    let answers = [try await ask(sql), try await ask(sql)].map { $0.first?["id"] ?? "" }
    precondition(answers[0] == answers[1], "the caller opens the transaction")
    return answers[0]
  }

  func requireServer() async throws(PackError) {
    let row = try await ask("select current_setting('server_version') as version").first
    let version = row?["version"] ?? ""
    guard let number = PackVersion(prefixOf: version), let least = PackVersion("18"),
      number >= least
    else {
      throw PackError(
        .serverTooOld, "the server is PostgreSQL \(version), and must be 18 or later",
        hint: "Upgrade the server: the app needs functions of PostgreSQL 18, such as uuidv7().")
    }
  }

  /// Takes the lock that the app takes at boot, until the end of the transaction.
  func lock(_ part: PackPart, _ schema: String) async throws(PackError) {
    let (high, low) = Self.lockKey("memory-\(part.rawValue):schema:\(schema)")
    let rows = try await ask(
      "select pg_try_advisory_xact_lock($1::int4, $2::int4) as taken", [high, low])
    guard rows.first?["taken"] == "t" else {
      throw PackError(
        .busy, "the schema \(schema) is being migrated by another process",
        hint: "Stop the app, or wait until the other migration is done.")
    }
  }

  /// The first eight bytes of the name's SHA-256, as two big-endian integers.
  static func lockKey(_ name: String) -> (SQLValue, SQLValue) {
    let bytes = SHA256.digest(of: name.utf8)
    func integer(_ range: Range<Int>) -> SQLValue {
      let bits = bytes[range].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return .integer(Int64(Int32(bitPattern: bits)))
    }
    return (integer(0..<4), integer(4..<8))
  }
}

// MARK: Schemas

/// The recorded state of a schema.
struct SchemaState {
  let version: PackVersion
  /// The names of the incremental migrations that have run.
  let applied: Set<String>
}

extension PackSession {
  /// Nil if the schema does not exist. Throws if no pack created it.
  func state(of schema: String) async throws(PackError) -> SchemaState? {
    let found = try await ask(
      """
      select exists (
        select from pg_class c
        where c.relnamespace = n.oid and c.relname in ('version', 'migration')
        having count(*) = 2) as is_ours
      from pg_namespace n
      where n.nspname = $1
      """, [.text(schema)])
    guard let row = found.first else { return nil }
    guard row["is_ours"] == "t" else { throw foreign(schema, "has no version and migration") }
    let rows = try await ask(
      "select v.version, m.name from \(schema).version v left join \(schema).migration m on true")
    guard let version = rows.first?["version"].flatMap({ PackVersion($0) }) else {
      throw foreign(schema, "does not say its version")
    }
    return SchemaState(version: version, applied: Set(rows.compactMap { $0["name"] }))
  }

  private func foreign(_ schema: String, _ reason: String) -> PackError {
    PackError(
      .foreignSchema, "the schema \(schema) exists, but no schema pack created it: it \(reason)",
      hint: "Use an empty target database.")
  }
}
