import PostgresLink

/// Runs a pack the way the app runs it at boot, so that the app's next boot finds nothing to do.
package struct PackRunner: Sendable {
  private let pack: SchemaPack

  package init(_ pack: SchemaPack) {
    self.pack = pack
  }

  /// Brings `schema` to the pack's version, within the transaction that is open on the connection.
  ///
  /// It neither commits nor rolls back. After it throws, the transaction can only be rolled back,
  /// and then nothing of the part is there. What the pack's files set with SET is taken back: each
  /// setting that they changed has, for the rest of the session, the value from before.
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
      transaction: transaction)
    try await run.migrate()
    try await session.restore(settings)
  }

  /// What a boot of the app with this pack would find to do for `schema`; empty if nothing. Only
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

/// Something that keeps a boot of the app from finding its schema as it wants it.
package enum OutstandingWork: Sendable, Hashable {
  case schemaMissing
  /// The boot would migrate.
  case versionOlder(database: String)
  /// The boot would refuse to run.
  case versionNewer(database: String)
  /// Incremental migrations that were not run, by name.
  case unapplied([String])
}

/// A part's files, rendered: nothing is sent before all of them can be.
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
