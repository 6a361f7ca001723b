import ArgumentParser
import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack

/// `orchestrator preflight`: whether a run can go through.
struct PreflightCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preflight",
    abstract: "Check all three databases for everything that a run needs; writes nothing.",
    discussion: """
      Makes the checks that start makes: versions, privileges, row-level
      security, an empty and writable target, the schema pack (rehearsed and
      rolled back), locales, free connections, clocks, round trips and
      throughput. Pass the settings of the planned run. ✓ is as it must be,
      ⚠ is a warning, ✗ makes start refuse and says what to do. The exit
      status is 3 if there is any ✗.

      EXAMPLE
        orchestrator preflight --text-search gin --streams 8
        orchestrator preflight --json |
          jq -r '.checks[] | select(.outcome != "passed")'

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var result: ResultOptions
  @OptionGroup var tuning: TuningOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let report = PreflightReport(checks: try await check())
    if json {
      Terminal.write(try JSONText.of(PreflightJSON(report)) + "\n")
    } else {
      Terminal.print { report.lines(columns: $0) }
    }
    if report.isFailed { throw report.isUnreachable ? ExitStatus.interrupted : .refused }
  }

  private func check() async throws -> [PreflightCheck] {
    let base = try await result.base()
    let settings = try result.settings(base.settings)
    let pack = try loadPack(folder: settings.schemaPack, textSearch: settings.textSearch)
    let sessions = DatabaseSessions(
      databases: try connections.settings(), names: .command("preflight"), owner: settings.owner,
      stop: try StopSignal())
    async let _ = SilenceWatch(sessions).run()
    var failures: [PreflightCheck] = []
    let accounts = try await opened(.accounts, &failures) { () throws(PostgresError) in
      try await sessions.accounts("main")
    }
    let shard = try await opened(.shard, &failures) { () throws(PostgresError) in
      try await sessions.shard("main")
    }
    let target = try await opened(.target, owner: settings.owner, &failures) {
      () throws(PostgresError) in
      try await sessions.target("main")
    }
    guard let accounts, let shard, let target else { return failures }
    let checks = try await Preflight(
      accounts: accounts, shard: shard, target: target, pack: pack, settings: settings,
      tuning: tuning.applied(to: base.tuning), allowsSkipped: result.allowSkipped
    ).run()
    for connection in [accounts, shard, target] { await connection.close() }
    return checks
  }

  /// Nil where the session cannot be opened, and then with the reason among the failures.
  private func opened(
    _ role: DatabaseRole, owner: String? = nil, _ failures: inout [PreflightCheck],
    _ open: () async throws(PostgresError) -> PostgresConnection
  ) async throws(PostgresError) -> PostgresConnection? {
    do throws(PostgresError) {
      return try await open()
    } catch {
      if error.kind == .interrupted { throw error }
      failures.append(PreflightCheck(error, opening: role, owner: owner))
      return nil
    }
  }
}

extension PreflightCheck {
  /// The reason why a session could not be opened: the server answers only where it refuses a role.
  init(_ error: PostgresError, opening role: DatabaseRole, owner: String?) {
    if let owner, role == .target, error.kind == .server {
      self.init(
        "\(role.rawValue) lets us act as \(owner)", failed: error.problem,
        remedy: error.hint ?? DatabaseSessions.ownerRemedy)
    } else {
      self.init(
        "\(role.rawValue) can be reached", failed: error.problem,
        remedy: error.hint
          ?? (error.isTransient
            ? "Check the address, and that the server is up and listens there."
            : "Check the connection's role, password (PGPASSFILE), database and pg_hba.conf."),
        mayPass: error.isTransient)
    }
  }
}
