import ArgumentParser
import Foundation
import LocalServers

struct Psql: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open psql on one of the servers: workbench psql shard -- -c '\\dn'.")

  enum Server: String, ExpressibleByArgument, CaseIterable {
    case accounts, shard, target
  }

  @Argument(help: "accounts, shard or target.")
  var server: Server

  @Argument(parsing: .postTerminator, help: "Arguments for psql.")
  var arguments: [String] = []

  func run() async throws {
    let servers = try await devServers()
    let cluster =
      switch server {
      case .accounts: servers.accounts
      case .shard: servers.shard
      case .target: servers.target
      }
    for (name, value) in cluster.environment(database: LocalServers.database) {
      setenv(name, value, 1)
    }
    let program = cluster.installation.program("psql")
    // psql takes this process over, and with it the terminal.
    withCStrings([program] + arguments) { _ = execv(program, $0) }
    throw LocalServerError(
      operation: "running \(program)", reason: String(cString: strerror(errno)))
  }
}
