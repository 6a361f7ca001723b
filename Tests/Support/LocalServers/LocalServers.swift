import Foundation

/// The three clusters that a migration works with, on this machine.
package struct LocalServers: Sendable {
  /// Which trio: each has its own clusters, so that tests and people do not meet.
  package enum ServerSet: String, Sendable, CaseIterable {
    /// For people, the demo and measurements.
    case dev
    /// For tests; survives a killed server, not a power cut.
    case test
  }

  /// The name that the database carries in all three clusters, where people work with it. In
  /// production, too, the two sources carry the same name.
  package static let database = "app"

  package let accounts: LocalCluster
  package let shard: LocalCluster
  package let target: LocalCluster

  package var all: [LocalCluster] { [accounts, shard, target] }

  /// Any three clusters, where a test brings one of its own.
  package init(accounts: LocalCluster, shard: LocalCluster, target: LocalCluster) {
    self.accounts = accounts
    self.shard = shard
    self.target = target
  }

  /// Makes and starts whatever of the set is not there yet, and leaves it running for the next
  /// process. Any number of processes may call this at once.
  package static func ensure(set: ServerSet) async throws -> LocalServers {
    let folder = Repository.localFolder.appending(path: set.rawValue)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let lock = try await FileLock.acquire(folder.appending(path: "lock"))
    let servers = try await open(set: set)
    for cluster in servers.all { try await cluster.start() }
    _ = consume lock
    return servers
  }

  /// Stops the set's servers and keeps their data; does nothing where there is none.
  package static func stop(set: ServerSet) async throws {
    let folder = Repository.localFolder.appending(path: set.rawValue)
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    let lock = try await FileLock.acquire(folder.appending(path: "lock"))
    for cluster in try await open(set: set).all { try await cluster.stop() }
    _ = consume lock
  }

  private static func open(set: ServerSet) async throws -> LocalServers {
    LocalServers(
      accounts: try await open("accounts", set: set), shard: try await open("shard", set: set),
      target: try await open("target", set: set))
  }

  private static func open(_ name: String, set: ServerSet) async throws -> LocalCluster {
    try await LocalCluster.open(
      Repository.localFolder.appending(path: "\(set.rawValue)/\(name)"),
      installation: try .bundled(), settings: settings(set))
  }

  static func settings(_ set: ServerSet) -> [String: String] {
    let common = ["max_connections": "300", "max_wal_size": "4GB", "timezone": "UTC"]
    let own =
      switch set {
      case .dev: ["shared_buffers": "256MB", "maintenance_work_mem": "512MB"]
      case .test: ["shared_buffers": "128MB", "maintenance_work_mem": "256MB", "fsync": "off"]
      }
    return common.merging(own) { $1 }
  }
}
