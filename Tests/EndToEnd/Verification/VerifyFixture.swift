import Databases
import Foundation
import LocalServers
import OldModel
import PostgresLink
import RunRecord
import SourceFixtures
import Verification

/// Small sources, migrated by the program itself.
struct VerifyFixture: Sendable {
  let databases: TestDatabases
  let ledger: String

  /// Runs `body` with a migration that has come to its end, and drops everything afterwards.
  ///
  /// - Parameters:
  ///   - status: what `start` is to end with.
  ///   - prepare: changes the sources before.
  static func withMigration(
    rows: Int = 300, arguments: [String] = [], status: Int32 = 0,
    prepare: (TestDatabases) async throws -> Void = { _ in },
    _ body: (VerifyFixture) async throws -> Void
  ) async throws {
    let shape = SourceShape(rows: rows, dimensions: 8)
    try await TestServers.withDatabases(copiedFrom: .production(shape)) { databases in
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "verify-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try await prepare(databases)
      let fixture = VerifyFixture(
        databases: databases, ledger: folder.appending(path: "run.ledger").path)
      let start = try await fixture.run(["start", "--text-search", "gin"] + arguments)
      guard start.status == status else { throw Failure(text: start.text) }
      try await body(fixture)
    }
  }

  struct Failure: Error {
    var text: String
  }

  /// The built program with this migration's databases and ledger, not started.
  func process(_ arguments: [String], environment: [String: String] = [:]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "orchestrator")
    process.arguments = arguments + ["--ledger", ledger]
    process.environment = [
      "DB_ACCOUNTS": databases.accountsURL, "DB_SHARD": databases.shardURL,
      "DATABASE_URL": databases.targetURL, "PATH": "/usr/bin:/bin",
    ].merging(environment) { $1 }
    return process
  }

  /// Runs the built program to its end; its standard output and exit status.
  func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> (status: Int32, text: String) {
    let process = process(arguments, environment: environment)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            try process.run()
            let data = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: data, as: UTF8.self))
          })
      }
    }
  }

  /// Runs `verify --json`.
  func verify(deep: Bool = true) async throws -> Verified {
    let (status, text) = try await run(["verify", "--json"] + (deep ? ["--deep"] : []))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return Verified(
        status: status, report: try decoder.decode(Report.self, from: Data(text.utf8)))
    } catch {
      throw Failure(text: text)
    }
  }

  /// Runs SQL on the identities' database as the superuser.
  @discardableResult
  func onAccounts(_ sql: String) async throws -> [[String]] {
    try await databases.servers.accounts.rows(sql, database: databases.name)
  }

  /// Runs SQL on the engines' database as the superuser, who sees every row.
  @discardableResult
  func onShard(_ sql: String) async throws -> [[String]] {
    try await databases.servers.shard.rows(
      "set row_security = off;\n\(sql)", database: databases.name)
  }

  /// Runs SQL on the target as the superuser, with no trigger firing.
  @discardableResult
  func onTarget(_ sql: String) async throws -> [[String]] {
    try await databases.servers.target.rows(
      "set session_replication_role = replica;\n\(sql)", database: databases.name)
  }
}

/// What `verify --json` printed, as far as tests look at it.
struct Report: Decodable {
  struct Check: Decodable {
    var name: String
    var passed: Bool
    var looked: Int
    var findingsTotal: Int
    var findings: [Finding]
    var notes: [Finding]
  }

  struct Finding: Decodable {
    var engine: String?
    var row: String?
    var column: String?
    var rule: String?
    var message: String
  }

  var passed: Bool
  var comparedBytes: Int
  var checks: [Check]
}

struct Verified {
  var status: Int32
  var report: Report

  /// Every finding as `check engine row column`, sorted.
  var found: [String] {
    report.checks.flatMap { check in
      check.findings.map { finding in
        [check.name, finding.engine, finding.row, finding.column].compactMap { $0 }
          .joined(separator: " ")
      }
    }.sorted()
  }

  func check(_ name: String) -> Report.Check? { report.checks.first { $0.name == name } }
}
