import Foundation

/// What tests share: the running test clusters, and what is made for one test and goes with it.
package enum TestServers {
  private static let started = Task {
    let servers = try await LocalServers.ensure(set: .test)
    try await sweep(servers)
    return servers
  }

  /// The test clusters, running. They belong to every test: stop only clusters of your own.
  package static func shared() async throws -> LocalServers { try await started.value }

  /// As many tests at a time as two processors bear: more of them only make each other late.
  private static let slots = Slots(6)

  private static let templates = TemplateStore()

  /// Runs `body` with databases that nobody else knows, and drops them afterwards. It waits for its turn:
  /// do not ask for others within `body`.
  ///
  /// - Parameters:
  ///   - sides: the clusters that get one; each costs what a small test does.
  ///   - template: what those of its sides begin with; the others are empty.
  package static func withDatabases<Result>(
    _ sides: Set<DatabaseSide> = DatabaseSide.all, copiedFrom template: DatabaseTemplate? = nil,
    _ body: (TestDatabases) async throws -> Result
  ) async throws -> Result {
    try await slots.withSlot {
      try await withOwnDatabases(sides, copiedFrom: template, body)
    }
  }

  private static func withOwnDatabases<Result>(
    _ sides: Set<DatabaseSide>, copiedFrom template: DatabaseTemplate?,
    _ body: (TestDatabases) async throws -> Result
  ) async throws -> Result {
    let databases = TestDatabases(servers: try await shared(), name: uniqueName())
    let original = if let template { try await templates.databases(template) } else { String?.none }
    for side in sides {
      let isCopied = template?.sides.contains(side) ?? false
      try await databases.servers[side].createDatabase(
        databases.name, copiedFrom: isCopied ? original : nil)
    }
    return try await finally {
      try await body(databases)
    } cleanUp: {
      for side in sides { try await databases.servers[side].dropDatabase(databases.name) }
    }
  }

  /// Runs `body` with a running cluster of its own, that it may stop as it likes, and deletes it
  /// afterwards.
  package static func withCluster<Result>(
    _ installation: PostgresInstallation? = nil, settings: [String: String] = [:],
    _ body: (LocalCluster) async throws -> Result
  ) async throws -> Result {
    let cluster = try await LocalCluster.open(
      throwawayFolder.appending(path: uniqueName()),
      installation: try installation ?? .bundled(),
      settings: LocalServers.settings(.test).merging(settings) { $1 })
    return try await finally {
      try await cluster.start()
      return try await body(cluster)
    } cleanUp: {
      try await cluster.delete()
    }
  }

  /// Runs `body` with a running standby of a cluster, that it may stop as it likes, and deletes it
  /// afterwards.
  package static func withStandby<Result>(
    of primary: LocalCluster, _ body: (LocalCluster) async throws -> Result
  ) async throws -> Result {
    let standby = try await primary.standby(in: throwawayFolder.appending(path: uniqueName()))
    return try await finally {
      try await standby.start()
      return try await body(standby)
    } cleanUp: {
      try await standby.delete()
    }
  }

  /// A failed body's error is the one that is thrown.
  private static func finally<Result>(
    _ body: () async throws -> Result, cleanUp: () async throws -> Void
  ) async throws -> Result {
    let result: Result
    do { result = try await body() } catch {
      try? await cleanUp()
      throw error
    }
    try await cleanUp()
    return result
  }
}

// MARK: What killed tests left behind, and templates

extension TestServers {
  private static let throwawayFolder = Repository.localFolder.appending(path: "test/throwaway")

  /// Carries this process's id, so that a later one can tell whose it was.
  static func uniqueName() -> String {
    "test_\(getpid())_\(String(UInt32.random(in: .min ... .max), radix: 36))"
  }

  private static func sweep(_ servers: LocalServers) async throws {
    for cluster in servers.all {
      let names = try await cluster.rows(#"select datname from pg_database;"#).compactMap(\.first)
      for name in names where isAbandoned(name) { try await cluster.dropDatabase(name) }
    }
    let clusters = try? FileManager.default.contentsOfDirectory(atPath: throwawayFolder.path)
    for name in clusters ?? [] where isAbandoned(name) {
      let folder = throwawayFolder.appending(path: name)
      try await LocalCluster.open(folder, installation: try .bundled(), settings: [:]).delete()
    }
  }

  private static func isAbandoned(_ name: String) -> Bool {
    let parts = name.split(separator: "_")
    guard parts.count == 3, parts[0] == "test", let owner = Int32(parts[1]) else { return false }
    return kill(owner, 0) != 0 && errno == ESRCH
  }
}
