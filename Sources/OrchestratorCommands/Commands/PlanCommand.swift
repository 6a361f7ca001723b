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
import Verification

/// `orchestrator plan`: the jobs that `start` would run.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show the jobs that start would run, their rows and bytes, and an estimate of time.",
    discussion: """
      Takes the settings of start and writes nothing. The schema pack is
      rehearsed in the target and rolled back, which shows the indexes that
      will be built. The time is an estimate: for copying from a short
      measurement over one session, for index builds from measurements on two
      cores.

      EXAMPLE
        orchestrator plan --text-search gin --engines abc123def456
        orchestrator plan --json | jq '.estimate.total_seconds'

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var result: ResultOptions
  @OptionGroup var tuning: TuningOptions

  @Flag(help: "List every engine, even if there are hundreds.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let plan = try await plan()
    if json {
      Terminal.write(try JSONText.of(PlanJSON(plan)) + "\n")
    } else {
      Terminal.print { plan.lines(columns: $0, listsAll: all) }
    }
  }

  private func plan() async throws -> MigrationPlan {
    let base = try await result.base()
    let settings = try result.settings(base.settings)
    let pack = try loadPack(folder: settings.schemaPack, textSearch: settings.textSearch)
    let databases = try connections.settings()
    let sessions = DatabaseSessions(
      databases: databases, names: .command("plan"), owner: settings.owner,
      stop: try StopSignal())
    async let _ = SilenceWatch(sessions).run()
    let accounts = try await sessions.accounts("main")
    let shard = try await sessions.shard("main")
    let target = try await sessions.target("main")
    let plan = try await MigrationPlanner(
      accounts: accounts, shard: shard, target: target, pack: pack, settings: settings,
      tuning: tuning.applied(to: base.tuning), allowsSkipped: result.allowSkipped
    ).run()
    for connection in [accounts, shard, target] { await connection.close() }
    return plan
  }
}
