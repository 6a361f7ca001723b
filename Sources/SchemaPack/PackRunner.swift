import PostgresLink

/// Runs a pack as the app does at boot, so that the app's next boot finds no work.
package struct PackRunner: Sendable {
  private let pack: SchemaPack

  package init(_ pack: SchemaPack) {
    self.pack = pack
  }

  /// Brings `schema` to the pack's version, within the transaction that is open on the connection.
  ///
  /// It neither commits nor rolls back. After it throws, the transaction can only be rolled back, which
  /// leaves nothing of the part. Settings that the pack's files change with SET are restored for the rest
  /// of the session.
  package func run(
    part: PackPart, schema: String, values: PackValues = .none,
    on connection: PostgresConnection
  ) async throws(PackError) {
    let session = PackSession(connection, operation: "provisioning \(schema)")
    let scripts = try PackScripts(
      pack: pack, part: part, values: try values.adding(schema: schema))
    let transaction = try await session.transaction()
    try await session.requireServer()
    try await session.ensureExtensions(
      ExtensionRequirement.needed(by: part, pack.textSearch))
    try await session.lock(part, schema)
    let settings = try await session.settings()
    try await session.ask("select set_config('search_path', 'public', true)")
    let run = PackRun(
      session: session, scripts: scripts, schema: schema, version: pack.version(of: part),
      transaction: transaction, remedyForUnknown: remedyForUnknown)
    try await run.migrate()
    try await session.restore(settings)
  }

  /// A pack of the app ranks by pg_textsearch, whatever the option says, and without bm25 the extension is
  /// not created.
  private var remedyForUnknown: String? {
    guard pack.textSearch == .gin, !pack.knowsTextSearch else { return nil }
    return
      "Leave --text-search gin out if the pack needs pg_textsearch (bm25): only the built-in pack "
      + "can do without."
  }

  /// The work that a boot of the app with this pack would have in `schema`; empty if there is none. Only
  /// reads.
  package func outstanding(
    part: PackPart, schema: String, on connection: PostgresConnection
  ) async throws(PackError) -> [OutstandingWork] {
    let session = PackSession(connection, operation: "checking \(schema)")
    guard let state = try await session.state(of: schema) else { return [.schemaMissing] }
    let version = pack.version(of: part)
    var work: [OutstandingWork] = []
    if state.version < version {
      work.append(.versionOlder(database: state.version.description))
    }
    if state.version > version {
      work.append(.versionNewer(database: state.version.description))
    }
    let unapplied = pack.files(of: part).incremental.map(\.migrationName)
      .filter { !state.applied.contains($0) }
    return work + (unapplied.isEmpty ? [] : [.unapplied(unapplied)])
  }
}

/// A difference between the schema and the one that a boot of the app expects.
package enum OutstandingWork: Sendable, Hashable {
  case schemaMissing
  /// The boot would migrate.
  case versionOlder(database: String)
  /// The boot would refuse to run.
  case versionNewer(database: String)
  /// Incremental migrations that have not run, by name.
  case unapplied([String])
}

/// A part's rendered files. Nothing is sent before all of them are rendered.
struct PackScripts {
  let provision: RenderedScript
  let functionSignature: RenderedScript?
  let incremental: [RenderedScript]
  let idempotent: [RenderedScript]

  init(pack: SchemaPack, part: PackPart, values: [String: String]) throws(PackError) {
    let files = pack.files(of: part)
    provision = try PackTemplate.render(files.provision, values)
    functionSignature = try pack.functionSignature.map { file throws(PackError) in
      try PackTemplate.render(file, values)
    }
    incremental = try files.incremental.map { file throws(PackError) in
      try PackTemplate.render(file, values)
    }
    idempotent = try files.idempotent.map { file throws(PackError) in
      try PackTemplate.render(file, values)
    }
  }
}
