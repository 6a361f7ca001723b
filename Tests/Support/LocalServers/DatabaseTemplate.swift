/// What the databases of many tests begin with. It is made once by a process, when first asked for, and
/// copied for each test: the copies are databases of their own, with the same contents.
package struct DatabaseTemplate: Sendable {
  /// Says all that decides over the contents: templates of one key are one.
  package let key: String
  package let sides: Set<DatabaseSide>
  /// Fills empty databases on these sides.
  package let fill: @Sendable (TestDatabases) async throws -> Void

  package init(
    key: String, sides: Set<DatabaseSide>,
    fill: @escaping @Sendable (TestDatabases) async throws -> Void
  ) {
    self.key = key
    self.sides = sides
    self.fill = fill
  }
}

/// The templates that this process has made; a later one sweeps them away.
actor TemplateStore {
  private var made: [String: Task<String, any Error>] = [:]

  /// The name of the template's databases; whoever asks while they are being made waits.
  func databases(_ template: DatabaseTemplate) async throws -> String {
    if let task = made[template.key] { return try await task.value }
    let task = Task { try await Self.make(template) }
    made[template.key] = task
    return try await task.value
  }

  private static func make(_ template: DatabaseTemplate) async throws -> String {
    let databases = TestDatabases(
      servers: try await TestServers.shared(), name: TestServers.uniqueName())
    for side in template.sides {
      try await databases.servers[side].createDatabase(databases.name)
    }
    try await template.fill(databases)
    for side in template.sides {
      try await databases.servers[side].becomeTemplate(databases.name)
    }
    return databases.name
  }
}

extension LocalCluster {
  /// Lets nobody in any more, and returns when everybody has left: only such a database can be copied.
  fileprivate func becomeTemplate(_ database: String) async throws {
    let variables = ["name": database]
    try await run(
      #"alter database :"name" allow_connections false;"#, variables: variables)
    try await eventually("everybody has left the template \(database)") {
      try await run(
        "select 1 from pg_stat_activity where datname = :'name' and backend_type = 'client backend';",
        variables: variables
      ).isEmpty
    }
  }
}
