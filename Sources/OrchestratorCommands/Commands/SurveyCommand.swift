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

/// `orchestrator survey`: a read-only look at both sources.
struct SurveyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "survey",
    abstract: "Report, read-only, what both sources hold and what a migration will meet.",
    discussion: """
      Counts the rows, checks that every engine has every column that a run
      reads, and lists everything that the mapping would warn of or refuse, with
      the id of its rule. Prints ids, slugs and counts: no email, no person's
      name, no content. With --grants, also the paths of trees. Needs no target
      and writes nothing.

      The exit status is 4 if a finding is blocking: start would refuse it, or
      that engine would fail.

      EXAMPLE
        orchestrator survey
        orchestrator survey --json |
          jq -r '.findings[] | [.severity, .rule, .message] | @tsv'

      \(ExitStatus.help)
      """)

  @OptionGroup var sources: SourceOptions

  @Flag(
    help: "List every tree owner and grant: path, holder, actions, and whether it is widened (R8).")
  var grants = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let report = try await survey()
    if json {
      Terminal.write(try JSONText.of(SurveyJSON(report, listsGrants: grants)) + "\n")
    } else {
      Terminal.print { report.lines(columns: $0, listsGrants: grants) }
    }
    if report.isBlocked { throw ExitStatus.failed }
  }

  private func survey() async throws -> SurveyReport {
    let sessions = DatabaseSessions(
      databases: DatabaseSettings(
        accounts: try sources.accountsSettings(), shard: try sources.shardSettings()),
      names: .command("survey"), owner: nil, stop: try StopSignal())
    async let _ = SilenceWatch(sessions).run()
    let accounts = try await sessions.accounts("main")
    let shard = try await sessions.shard("main")
    let report = try await Survey(accounts: accounts, shard: shard).run()
    await accounts.close()
    await shard.close()
    return report
  }
}
