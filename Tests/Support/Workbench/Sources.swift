import ArgumentParser
import Foundation
import LocalServers
import SourceFixtures

struct Sources: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make both sources anew, in production's shape or, with --engines, of small engines.")

  @Option(help: "Memories over all engines.")
  var rows = 62_111

  @Option(help: "The same seed gives the same rows, byte for byte.")
  var seed: UInt64 = 1

  @Option(help: "Dimensions of the embeddings.")
  var dims = 1_536

  @Option(help: "So many engines of one size, instead of production's.")
  var engines: Int?

  func validate() throws {
    guard rows >= 0 else { throw ValidationError("--rows must not be negative") }
    guard engines.map({ (1...9_999_999).contains($0) }) ?? true else {
      throw ValidationError("--engines must be at least 1")
    }
    // halfvec's own limit; the target's hnsw indexes take up to 4,000.
    guard (1...16_000).contains(dims) else { throw ValidationError("--dims is from 1 to 16000") }
  }

  func run() async throws {
    let servers = try await devServers()
    let clock = ContinuousClock()
    if let engines {
      let sources = SmallEngines(
        servers: servers, database: LocalServers.database, engines: engines,
        rows: rows / engines, dimensions: dims)
      let time = try await clock.measure { try await sources.recreate(report: report) }
      print("both sources hold \(engines) engines, made in \(inSeconds(time))")
      return
    }
    let sources = ProductionSources(
      servers: servers, database: LocalServers.database,
      shape: SourceShape(rows: rows, seed: seed, dimensions: dims))
    let time = try await clock.measure { try await sources.recreate(report: report) }
    print("both sources hold \(rows) memories of seed \(seed), made in \(inSeconds(time))")
  }
}

struct Hash: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a checksum of everything in both sources: equal before and after, untouched.")

  func run() async throws {
    let servers = try await devServers()
    for cluster in [servers.accounts, servers.shard] {
      let content = try await ContentHash.of(cluster, database: LocalServers.database)
      for table in content.tables {
        print("\(cluster.name) \(table.name) \(table.rows) \(table.checksum)")
      }
    }
  }
}

struct FreshTarget: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Drop the target's database and create it empty.")

  func run() async throws {
    let target = try await devServers().target
    try await target.dropDatabase(LocalServers.database)
    try await target.createDatabase(LocalServers.database)
    print("the target is empty")
  }
}

/// One line, at once, also into a pipe.
private func report(_ line: String) {
  print(line)
  fflush(nil)
}

private func inSeconds(_ time: Duration) -> String {
  "\((time / .milliseconds(100)).rounded() / 10) s"
}
