import ArgumentParser
import Foundation
import JobModel
import Migration
import PostgresLink

/// `orchestrator preflight`: whether a run can go through.
struct PreflightCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preflight",
    abstract: "Look whether a run can go through: all three databases, nothing is written.",
    discussion: """
      The checks that start makes: versions, privileges, row-level security,
      an empty and writable target, the schema pack rehearsed and rolled back,
      locales, free connections, clocks, round trips and throughput. Give the
      settings that the run will have. ✓ is as it must be; ⚠ does not keep
      start from going on; ✗ does, and each says what to do. Ends with 3 after
      any ✗.

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
    if report.isFailed { throw ExitStatus.refused }
  }

  private func check() async throws -> [PreflightCheck] {
    let settings = try result.settings()
    let pack = try loadPack(folder: settings.schemaPack, textSearch: settings.textSearch)
    var lookout = Lookout(command: "preflight", stop: try StopSignal())
    let databases = try connections.settings()
    let accounts = try await lookout.tryOpening(databases.accounts, .source)
    let shard = try await lookout.tryOpening(databases.shard, .source)
    let target = try await lookout.tryOpening(databases.target, .target, owner: settings.owner)
    guard let accounts, let shard, let target else { return lookout.failures }
    let checks = try await Preflight(
      accounts: accounts, shard: shard, target: target, pack: pack, settings: settings,
      tuning: tuning.applied(to: RunTuning())
    ).run()
    for connection in [accounts, shard, target] { await connection.close() }
    return checks
  }
}
