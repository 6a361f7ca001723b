import ArgumentParser
import LocalServers

struct Up: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make and start the three servers, with an empty database in each.")

  func run() async throws {
    let servers = try await devServers()
    for cluster in servers.all { print("\(cluster.name) is up on 127.0.0.1:\(cluster.port)") }
  }
}

struct Down: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop every server, the tests' too, and keep their data.")

  func run() async throws {
    for set in LocalServers.ServerSet.allCases { try await LocalServers.stop(set: set) }
    print("all servers are down")
  }
}

struct Env: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the shell lines that point the orchestrator at the servers.")

  func run() async throws {
    for (name, value) in connections(try await devServers()) { print("export \(name)='\(value)'") }
  }
}

/// The development servers, running, each with a database of this name.
func devServers(database: String = LocalServers.database) async throws -> LocalServers {
  let servers = try await LocalServers.ensure(set: .dev)
  for cluster in servers.all {
    let present = try await cluster.rows(
      "select 1 from pg_database where datname = '\(database)';")
    if present.isEmpty { try await cluster.createDatabase(database) }
  }
  return servers
}

/// The environment that the orchestrator takes its connections from.
func connections(
  _ servers: LocalServers, database: String = LocalServers.database
) -> [(name: String, value: String)] {
  zip(["DB_ACCOUNTS", "DB_SHARD", "DATABASE_URL"], servers.all).map {
    ($0, $1.url(database: database))
  }
}
