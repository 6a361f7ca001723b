import PostgresLink

extension PackSession {
  /// Creates missing extensions in the schema `public`. A concurrent run of another part waits here until
  /// this transaction ends.
  func ensureExtensions(_ needed: [ExtensionRequirement]) async throws(PackError) {
    guard !(try await check(needed)).isEmpty else { return }
    let (high, low) = Self.lockKey("orchestrator:extensions")
    try await ask("select pg_advisory_xact_lock($1::int4, $2::int4)", [high, low])
    for requirement in try await check(needed) { try await create(requirement) }
    _ = try await check(needed)
  }

  /// The extensions that are not installed. Throws if an installed version is not accepted, or if the
  /// server does not have an extension.
  private func check(_ needed: [ExtensionRequirement]) async throws(PackError)
    -> [ExtensionRequirement]
  {
    let rows = try await ask(
      """
      select w.name, e.extversion as version, n.nspname as schema, a.name is not null as available
      from unnest($1::text[]) w (name)
      left join pg_extension e on e.extname = w.name
      left join pg_namespace n on n.oid = e.extnamespace
      left join pg_available_extensions a on a.name = w.name
      """, [.textArray(needed.map(\.name))])
    var missing: [ExtensionRequirement] = []
    for requirement in needed {
      guard let row = rows.first(where: { $0["name"] == requirement.name }) else { continue }
      let found = InstalledExtension(
        schema: row["schema"], version: row["version"], isAvailable: row["available"] == "t")
      if let objection = requirement.objection(to: found) { throw objection }
      if found.version == nil { missing.append(requirement) }
    }
    return missing
  }

  /// Creates it as the role that the session acts as; if that may not, as the role that logged in. The owner
  /// of the schemas need not be a superuser, although pg_textsearch needs one.
  private func create(_ requirement: ExtensionRequirement) async throws(PackError) {
    try await ask("savepoint extension")
    do throws(PackError) {
      try await ask(requirement.creation)
    } catch {
      guard error.cause?.code == .insufficientPrivilege else {
        throw requirement.objection(to: error)
      }
      try await ask("rollback to savepoint extension")
      try await createAsLogin(requirement)
    }
    try await ask("release savepoint extension")
  }

  private func createAsLogin(_ requirement: ExtensionRequirement) async throws(PackError) {
    let role = try await ask("select current_setting('role') as role").first?["role"] ?? "none"
    do throws(PackError) {
      try await ask("set local role none")
      try await ask(requirement.creation)
    } catch {
      throw requirement.objection(to: error)
    }
    try await ask("select set_config('role', $1, true)", [.text(role)])
  }
}
