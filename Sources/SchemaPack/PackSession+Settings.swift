import PostgresLink

extension PackSession {
  /// The settings that this session has changed, by name.
  func settings() async throws(PackError) -> [String: String] {
    let rows = try await ask(
      """
      select name, setting from pg_settings where source = 'session'
      union all
      select 'role', current_setting('role')
      """)
    var settings: [String: String] = [:]
    for row in rows {
      if let name = row["name"], let setting = row["setting"] { settings[name] = setting }
    }
    return settings
  }

  /// Restores every setting that has changed since.
  func restore(_ before: [String: String]) async throws(PackError) {
    let after = try await settings()
    for (name, setting) in before where after[name] != setting {
      try await ask("select set_config($1, $2, false)", [.text(name), .text(setting)])
    }
    for name in after.keys where before[name] == nil {
      try await ask("reset \(quoteIdentifier(name))")
    }
  }
}
