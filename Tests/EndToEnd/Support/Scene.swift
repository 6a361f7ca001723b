import Foundation
import JobModel
import Ledger
import LocalServers
import Synchronization
import Testing

/// One migration of its own: fresh databases, a folder for its ledger, and the processes at work on it.
final class Scene: Sendable {
  let servers: LocalServers
  /// The databases' name, the same in all three clusters.
  let database: String
  let folder: URL
  private let processes = Mutex<[OrchestratorProcess]>([])
  private let held = Mutex<(process: OrchestratorProcess, barrier: Barrier)?>(nil)

  private init(servers: LocalServers, database: String, folder: URL) {
    self.servers = servers
    self.database = database
    self.folder = folder
  }

  /// Runs `body` with sources and an empty target, then ends what it left running and looks for passwords
  /// in everything that was written.
  ///
  /// - Parameters:
  ///   - target: a cluster of the test's own, for targets that are stopped or too old.
  ///   - template: what the sources begin with; nil where there is nothing.
  ///   - change: changes the sources before, or settings of the databases.
  static func with(
    target: LocalCluster? = nil, sources template: DatabaseTemplate? = SmallSources.template,
    changed change: (LocalServers, String) async throws -> Void = { _, _ in },
    _ body: (Scene) async throws -> Void
  ) async throws {
    let sides = target == nil ? DatabaseSide.all : DatabaseSide.sources
    try await TestServers.withDatabases(sides, copiedFrom: template) { databases in
      let shared = databases.servers
      let servers = LocalServers(
        accounts: shared.accounts, shard: shared.shard, target: target ?? shared.target)
      try await target?.createDatabase(databases.name)
      try await change(servers, databases.name)
      try await with(servers: servers, database: databases.name, body)
    }
  }

  /// The same with no database at all, for what asks for none.
  static func withoutDatabases(_ body: (Scene) async throws -> Void) async throws {
    try await TestServers.withDatabases([]) { databases in
      try await with(servers: databases.servers, database: databases.name, body)
    }
  }

  private static func with(
    servers: LocalServers, database: String, _ body: (Scene) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: database)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let scene = Scene(servers: servers, database: database, folder: folder)
    do { try await body(scene) } catch {
      try await scene.endProcesses()
      throw error
    }
    try await scene.endProcesses()
    scene.expectNoPasswords()
  }

  private func endProcesses() async throws {
    try await release()
    for process in processes.withLock({ $0 }) where process.isRunning {
      process.send(SIGKILL)
      _ = try await process.end()
    }
  }
}

// MARK: Running the orchestrator

extension Scene {
  /// What every run of small sources is started with: many chunks, and an index method that needs no
  /// extension beyond the bundled ones.
  static let start = ["start", "--text-search", "gin", "--chunk-size", "16k"]

  var ledgerPath: String { path("run.ledger") }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Where the orchestrator finds databases and ledger; a test changes what it wants to be wrong.
  var environment: [String: String] {
    [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "LC_ALL": "C.UTF-8",
      "DB_ACCOUNTS": servers.accounts.url(database: database),
      "DB_SHARD": servers.shard.url(database: database),
      "DATABASE_URL": servers.target.url(database: database),
      "ORCHESTRATOR_LEDGER": ledgerPath,
    ]
  }

  /// Starts the orchestrator and leaves it running. `changes` overrides ``environment``; nil removes.
  func launch(
    _ arguments: [String], _ changes: [String: String?] = [:]
  ) throws -> OrchestratorProcess {
    var environment = environment
    for (name, value) in changes { environment[name] = value }
    return try processes.withLock { running in
      let log = folder.appending(path: "process-\(running.count)")
      let process = try OrchestratorProcess(arguments, environment: environment, log: log)
      running.append(process)
      return process
    }
  }

  /// Starts a run of small sources that copies and builds, but cannot publish anything before ``release``:
  /// its rosters wait to read the engines' users. So a test that acts in the middle of a run never comes
  /// too late, on a machine of any load.
  func launchHeld(
    _ arguments: [String], _ changes: [String: String?] = [:]
  ) async throws -> OrchestratorProcess {
    try await release()
    let users = SmallSources.engines.map { "me_\($0).\"user\"" }.joined(separator: ", ")
    let barrier = try await Barrier(
      servers.shard, database: database, "lock table \(users) in access exclusive mode")
    let process = try launch(arguments, changes)
    held.withLock { $0 = (process, barrier) }
    return process
  }

  /// Lets a held run publish.
  func release() async throws {
    let barrier = held.withLock { held in
      defer { held = nil }
      return held?.barrier
    }
    try await barrier?.release()
  }

  /// Runs the orchestrator to its end. A run that was held and has ended holds nobody up any more.
  @discardableResult
  func run(_ arguments: [String], _ changes: [String: String?] = [:]) async throws -> Ended {
    if held.withLock({ $0.map { !$0.process.isRunning } ?? false }) { try await release() }
    return try await launch(arguments, changes).end()
  }

  /// Runs it and expects this exit status.
  @discardableResult
  func run(
    _ arguments: [String], _ changes: [String: String?] = [:], ends status: Int32,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Ended {
    let ended = try await run(arguments, changes)
    #expect(
      ended.status == status, "\(arguments.joined(separator: " ")): \(ended)",
      sourceLocation: sourceLocation)
    return ended
  }
}

// MARK: The run's files and target

extension Scene {
  /// An empty target, and no ledger.
  func beginAnew() async throws {
    try await servers.target.dropDatabase(database)
    try await servers.target.createDatabase(database)
    for suffix in Self.ledgerSuffixes {
      try? FileManager.default.removeItem(atPath: ledgerPath + suffix)
    }
  }

  /// Copies the ledger, as it is on the disk, beside itself; nobody may be writing it.
  func copyLedger(to name: String) throws -> String {
    for suffix in Self.ledgerSuffixes
    where FileManager.default.fileExists(atPath: ledgerPath + suffix) {
      try FileManager.default.copyItem(atPath: ledgerPath + suffix, toPath: path(name) + suffix)
    }
    return path(name)
  }

  /// What belongs to a ledger; `-shm` is made from it.
  private static let ledgerSuffixes = ["", "-wal"]
}

// MARK: Looking at the ledger

extension Scene {
  /// Reads the ledger, of this run or of a copy, as `status` would.
  func withLedger<Value>(
    _ path: String? = nil, _ body: (Ledger) async throws -> Value
  ) async throws -> Value {
    let ledger = try Ledger.openReadOnly(at: path ?? ledgerPath)
    let value = try await body(ledger)
    try ledger.close()
    return value
  }

  /// The ledger's jobs in one state; none while there is no ledger yet.
  func jobs(_ state: JobState, _ kind: JobKind? = nil, engine: String? = nil) async -> [JobName] {
    let records = try? await withLedger { try await $0.jobs(engine: engine) }
    return (records ?? []).filter {
      $0.state == state && (kind ?? $0.job.name.kind) == $0.job.name.kind
    }
    .map(\.job.name)
  }

  /// Returns when at least `count` jobs (of a kind) are done, by the ledger.
  func waitForDone(
    _ count: Int, _ kind: JobKind? = nil, engine: String? = nil, of process: OrchestratorProcess
  ) async throws {
    try await eventually("\(count) jobs are done") {
      guard process.isRunning else {
        throw TimedOut(description: "the process ended before: \(try await process.end())")
      }
      return await jobs(.done, kind, engine: engine).count >= count
    }
  }

  /// Returns when the process has taken the run over for its so many-th time, by the ledger.
  func waitForEpoch(_ epoch: Int, of process: OrchestratorProcess) async throws {
    try await eventually("epoch \(epoch) has begun") {
      guard process.isRunning else {
        throw TimedOut(description: "the process ended before: \(try await process.end())")
      }
      return (try? await withLedger { try await $0.run().epoch }) == epoch
    }
  }

  /// The log's lines of one kind, of this run's ledger or of a copy.
  func events(_ kind: LedgerEvent.Kind, ledger: String? = nil) async throws -> [LedgerEvent] {
    try await withLedger(ledger) { try await $0.events().filter { $0.kind == kind } }
  }

  /// Jobs that were begun again although they had been committed: none, ever.
  func expectNothingCopiedAgain(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let again = try await withLedger { try await $0.jobsCopiedAgain() }
    #expect(again.isEmpty, sourceLocation: sourceLocation)
  }

  /// `status --json`, decoded.
  func status() async throws -> RunStatus {
    let ended = try await run(["status", "--json"], ends: 0)
    return try JSONDecoder().decode(RunStatus.self, from: Data(ended.output.utf8))
  }
}

/// What these tests read of `status --json`.
struct RunStatus: Decodable {
  struct Run: Decodable { let state: String }
  struct Engine: Decodable {
    let slug: String
    let state: String
    let reason: String?
  }
  struct Warning: Decodable {
    let rule: String
    let engine: String?
    let count: Int
    let example: String
  }

  let run: Run
  let engines: [Engine]
  let warnings: [Warning]

  func engine(_ slug: String) throws -> Engine {
    try #require(engines.first { $0.slug == slug })
  }
}

// MARK: Passwords

extension Scene {
  /// No password of any cluster in what was printed or written: ledgers, copies of them, files beside;
  /// a test's own `.secret` files excepted.
  private func expectNoPasswords() {
    let secrets = servers.all.map { Data($0.password.utf8) } + [Data(Self.canary.utf8)]
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    #expect(!names.isEmpty)
    for name in names where !name.hasSuffix(".secret") {
      let bytes = FileManager.default.contents(atPath: path(name)) ?? Data()
      #expect(!secrets.contains { bytes.range(of: $0) != nil }, "a password is in \(name)")
    }
  }

  /// A password that a test may give: wherever it shows up, it has leaked.
  static let canary = "canary-sings-7Q"
}
