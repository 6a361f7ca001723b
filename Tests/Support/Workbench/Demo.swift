import ArgumentParser
import Foundation
import LocalServers
import SourceFixtures

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Migrate a tenth of production, killed in the middle, resumed, and proven equal.")

  @Option(help: "The orchestrator to show.")
  var orchestrator = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "orchestrator").path

  @Option(help: "Memories over all engines.")
  var rows = 6_211

  /// The demo's own databases, so that those to play with stay as they are.
  static let database = "demo"

  func run() async throws {
    let servers = try await devServers(database: Self.database)
    step("making both sources with \(rows) memories, and an empty target")
    try await ProductionSources(
      servers: servers, database: Self.database, shape: SourceShape(rows: rows)
    ).recreate()
    try await servers.target.dropDatabase(Self.database)
    try await servers.target.createDatabase(Self.database)
    let before = try await contents(servers)

    let run = OrchestratorRun(program: orchestrator, ledger: try freshLedger(), servers: servers)
    step("orchestrator start, which will be killed when some of the rows are over")
    let killed = try await run.startAndKill()
    step("killed with SIGKILL at \(killed.rows_done) of \(killed.rows_total) rows")
    try await run.toEnd(["status"])
    step("orchestrator resume")
    try await run.toEnd(["resume"])
    try await run.toEnd(["status"])

    step("comparing source and target by checksums that the servers compute")
    let comparison = try await Comparison.of(servers, database: Self.database)
    let equal = show(comparison)
    let untouched = try await contents(servers) == before
    step(untouched ? "the sources hold what they held before" : "THE SOURCES HAVE CHANGED")
    guard equal, untouched else {
      print("DEMO FAILED")
      throw ExitCode(1)
    }
    print(
      "DEMO PASSED: killed at \(killed.rows_done) of \(killed.rows_total) rows, resumed, "
        + "every row there once, sources untouched")
  }

  private func contents(_ servers: LocalServers) async throws -> [ContentHash] {
    [
      try await .of(servers.accounts, database: Self.database),
      try await .of(servers.shard, database: Self.database),
    ]
  }

  private func freshLedger() throws -> String {
    let path = Repository.localFolder.appending(path: "demo.ledger").path
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    return path
  }
}

/// Says what comes next, ahead of what the orchestrator itself prints.
private func step(_ text: String) {
  print("\n==> \(text)")
  fflush(nil)
}

/// The orchestrator as a person runs it: a process of its own that writes to this terminal.
private struct OrchestratorRun {
  let program: String
  let ledger: String
  let servers: LocalServers

  /// What `status --json` says of the whole run.
  struct Totals: Decodable {
    let rows_done: Int
    let rows_total: Int
  }

  private struct Status: Decodable { let totals: Totals }

  /// Kills `start` as soon as its ledger shows some of the rows, but not all of them, as copied.
  func startAndKill() async throws -> Totals {
    let start = process(["start", "--text-search", "gin"])
    try start.run()
    defer { start.terminate() }
    while start.isRunning {
      guard let totals = try await totals(), totals.rows_done > 0 else { continue }
      guard totals.rows_done < totals.rows_total else { break }
      kill(start.processIdentifier, SIGKILL)
      await ended(start)
      return try await self.totals() ?? totals
    }
    throw ValidationError("start ended before it could be killed; try more --rows")
  }

  func toEnd(_ arguments: [String]) async throws {
    let process = process(arguments)
    try process.run()
    await ended(process)
    guard process.terminationStatus == 0 else {
      throw ValidationError(
        "orchestrator \(arguments[0]) ended with exit status \(process.terminationStatus)")
    }
  }

  /// Nil while there is no ledger yet.
  private func totals() async throws -> Totals? {
    let (process, output) = (process(["status", "--json"]), Pipe())
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    await ended(process)
    return try? JSONDecoder().decode(Status.self, from: data).totals
  }

  private func process(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments + ["--ledger", ledger]
    process.environment = ProcessInfo.processInfo.environment
      .merging(connections(servers, database: Demo.database).map { ($0.name, $0.value) }) { $1 }
    return process
  }

  private func ended(_ process: Process) async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        process.waitUntilExit()
        continuation.resume()
      }
    }
  }
}
