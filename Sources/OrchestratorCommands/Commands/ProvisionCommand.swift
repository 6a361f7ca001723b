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
import Scheduling
import SchemaPack

/// `orchestrator provision --check`: whether the app's boot will find work in the target.
struct ProvisionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provision",
    abstract: "Report, without changing anything, whether the app's boot migration will find work.",
    discussion: """
      Compares the target's schemas with a schema pack as the app's boot would:
      versions, and migrations that have not run. The exit status is 4 if
      there is work.

      EXAMPLE
        orchestrator provision --check --schema-pack /srv/app/migrations

      \(ExitStatus.help)
      """)

  @OptionGroup var target: TargetOptions
  @OptionGroup var pack: PackOptions

  @Flag(help: "Only check. Required, because start and resume provision.")
  var check = false

  func validate() throws {
    guard check else {
      throw ValidationError("Give --check; a target is provisioned by orchestrator start.")
    }
  }

  func run() async throws {
    let sessions = DatabaseSessions(
      databases: DatabaseSettings(target: try target.settings()), names: .command("provision"),
      owner: nil, isReadOnly: true, stop: try StopSignal())
    async let _ = SilenceWatch(sessions).run()
    let connection = try await sessions.target("main")
    let schemas = try await BootCheck(pack: try pack.load(), target: connection).run()
    await connection.close()
    var isIdle = true
    for schema in schemas {
      let isClean = schema.work.isEmpty
      isIdle = isIdle && isClean
      Terminal.say(
        "\(isClean ? "✓" : "✗") \(schema.name)" + (isClean ? "" : ": \(phrase(schema.work))"))
    }
    guard isIdle else {
      Terminal.say("the app's boot will find work")
      throw ExitStatus.failed
    }
    Terminal.say("the app's boot will find nothing to do: \(schemas.count) schemas")
  }

  private func phrase(_ work: [OutstandingWork]) -> String {
    work.map { item in
      switch item {
      case .schemaMissing: "the schema is missing"
      case .versionOlder(let version): "it is at version \(version), older than the pack"
      case .versionNewer(let version):
        "it is at version \(version), newer than the pack: boot refuses"
      case .unapplied(let names): "not run yet: \(names.joined(separator: ", "))"
      }
    }.joined(separator: "; ")
  }
}
