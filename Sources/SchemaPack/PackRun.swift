import PostgresLink

/// Runs one part in one schema, after server, extensions and lock have been checked.
struct PackRun {
  let session: PackSession
  let scripts: PackScripts
  let schema: String
  let version: PackVersion
  /// The caller's transaction, which every file must leave open.
  let transaction: String
  /// The way out where the server does not know what the pack uses.
  let remedyForUnknown: String?

  func migrate() async throws(PackError) {
    let state = try await provisioned()
    guard version >= state.version else {
      throw PackError(
        .olderThanDatabase,
        "the schema \(schema) is at version \(state.version), and the schema pack is \(version)",
        hint: "Pass --schema-pack the pack of the app release to which the target belongs.")
    }
    if let script = scripts.functionSignature { try await send(script) }
    let pending = scripts.incremental.filter { !state.applied.contains($0.file.migrationName) }
    for script in pending { try await send(script) }
    try await record(pending.map(\.file.migrationName))
    for script in scripts.idempotent { try await send(script) }
    try await session.ask(
      "update \(schema).version set version = $1, at = now() where version <> $1",
      [.text(version.description)])
  }

  private func provisioned() async throws(PackError) -> SchemaState {
    if let state = try await session.state(of: schema) { return state }
    try await send(scripts.provision)
    guard let state = try await session.state(of: schema) else {
      throw PackError(
        .foreignSchema, "\(scripts.provision.file.path) did not create the schema \(schema)")
    }
    return state
  }

  private func record(_ names: [String]) async throws(PackError) {
    guard !names.isEmpty else { return }
    try await session.ask(
      """
      insert into \(schema).migration (name, applied_at_version, applied_at)
      select name, $2, now() from unnest($1::text[]) name
      """, [.textArray(names), .text(version.description)])
  }

  /// Runs a file in one round trip. The query at the end shows whether the file ended the transaction.
  private func send(_ script: RenderedScript) async throws(PackError) {
    let question = "\n;\nselect pg_catalog.pg_current_xact_id()::text as transaction"
    let results: [[SQLRow]]
    do throws(PostgresError) {
      results = try await session.connection.script(
        script.text + question, operation: "running \(script.file.path)")
    } catch {
      let isUnknown = [.undefinedObject, .undefinedFunction].contains(error.code)
      throw PackError(
        .database, error.message, hint: isUnknown ? remedyForUnknown ?? error.hint : error.hint,
        at: place(of: error, in: script), cause: error)
    }
    guard results.last?.first?["transaction"] == transaction else {
      throw PackError(
        .transactionEnded,
        "\(script.file.path) ends the transaction to which it must belong; its work up to there is committed",
        hint: "Remove COMMIT and the like from the file, and start with an empty target.")
    }
  }

  /// Errors during a statement have no position. The statement's position replaces it.
  private func place(of error: PostgresError, in script: RenderedScript) -> PackPlace? {
    guard error.kind == .server else { return nil }
    let offset =
      error.position.map { $0 - 1 }
      ?? StatementLocator.start(after: error.completedStatements, in: script.text)
    return script.place(of: min(offset ?? script.length, script.length))
  }
}
