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

/// `orchestrator provision --check`: whether the app's boot will find work in the target.
struct ProvisionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provision",
    abstract: "Report, without changing anything, whether the app's boot migration will find work.",
    discussion: """
      Compares the target's schemas with a schema pack as the app's boot would:
      versions, migrations that have not run, the owner, and the dimensions of
      embeddings. Until finish, the pack is that of the target's run unless
      another one is passed. The exit status is 4 if anything is not as the
      boot expects it.

      EXAMPLE
        orchestrator provision --check --schema-pack /srv/app/migrations

      \(ExitStatus.help)
      """)

  @OptionGroup var target: TargetOptions

  @Option(
    help: ArgumentHelp(
      "Folder of an app release's own migrations; default: the run's pack, else the built-in one.",
      valueName: "folder"))
  var schemaPack: String?

  @Option(help: ArgumentHelp("bm25 or gin; default: the run's, else bm25.", valueName: "bm25|gin"))
  var textSearch: TextSearchArgument?

  @Option(
    help: ArgumentHelp(
      "Role as which the app logs in; default: the run's --owner, else the role that connects.",
      valueName: "role"))
  var owner: String?

  @Option(
    help: ArgumentHelp(
      "Dimensions that the app's boot passes; default: those of most spaces.", valueName: "number"))
  var dimensions: Int?

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
    let expected = try await BootExpectation(
      target: connection, schemaPack: schemaPack.map { URL(filePath: $0).path },
      textSearch: textSearch?.rawValue, owner: owner)
    let report = try await BootCheck(
      pack: expected.pack, target: connection, owner: expected.owner, dimensions: dimensions
    ).run()
    await connection.close()
    Terminal.say(
      "schema pack: \(expected.pack.name) (\(expected.packOrigin)), "
        + "text search \(expected.pack.textSearch.rawValue)")
    if expected.packHasChanged {
      Terminal.say("⚠ the target's run was made with another pack, or another content of this one")
    }
    Terminal.say(
      "owner: \(report.owner)" + (report.dimensions.map { "; dimensions: \($0)" } ?? ""))
    for schema in report.schemas {
      let findings = schema.isClean ? "" : ": \(phrase(schema, report))"
      Terminal.say("\(schema.isClean ? "✓" : "✗") \(schema.name)\(findings)")
    }
    guard report.schemas.allSatisfy(\.isClean) else {
      Terminal.say(
        report.schemas.contains { !$0.otherOwners.isEmpty }
          ? "the app's boot will be refused" : "the app's boot will find work")
      throw ExitStatus.failed
    }
    Terminal.say("the app's boot will find nothing to do: \(report.schemas.count) schemas")
  }

  private func phrase(_ schema: BootCheck.Schema, _ report: BootCheck.Report) -> String {
    var phrases = schema.work.map { item in
      switch item {
      case .schemaMissing: "the schema is missing"
      case .versionOlder(let version): "it is at version \(version), older than the pack"
      case .versionNewer(let version):
        "it is at version \(version), newer than the pack: boot refuses"
      case .unapplied(let names): "not run yet: \(names.joined(separator: ", "))"
      }
    }
    if !schema.otherOwners.isEmpty {
      phrases.append(
        "owned by \(schema.otherOwners.joined(separator: ", ")), not by \(report.owner): boot refuses"
      )
    }
    if let found = schema.otherDimensions, let expected = report.dimensions {
      phrases.append("its embeddings have \(found) dimensions, and boot passes \(expected)")
    }
    return phrases.joined(separator: "; ")
  }
}
