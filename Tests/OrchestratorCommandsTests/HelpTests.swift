import ArgumentParser
import Foundation
import Testing

@testable import OrchestratorCommands

/// What an operator reads first, of every command there is.
@Suite struct HelpTests {
  private static let commands: [any ParsableCommand.Type] =
    [Orchestrator.self] + Orchestrator.configuration.subcommands

  @Test func `every verb is there`() {
    let names = Self.commands.map { $0.configuration.commandName ?? "" }
    #expect(
      names == [
        "orchestrator", "survey", "preflight", "plan", "start", "resume", "cutover", "stop",
        "status", "verify", "reset", "provision", "finish",
        "explain",
      ])
  }

  @Test func `each has an example and the exit statuses, and breaks no line`() throws {
    for command in Self.commands {
      let text = command.configuration.discussion
      let name = command.configuration.commandName ?? ""
      #expect(text.contains("EXAMPLE\n"), "\(name)")
      #expect(text.contains("EXIT STATUS\n"), "\(name)")
      for line in text.split(separator: "\n") {
        #expect(line.count <= 76, "\(name): \(line)")
      }
      let help = Orchestrator.helpMessage(for: command, columns: 80)
      #expect(help.contains(text), "\(name): its lines are broken anew")
    }
  }

  @Test func `what a resume takes from the run is not said to have another default`() {
    let help = Orchestrator.helpMessage(for: ResumeCommand.self, columns: 200)
    #expect(help.matches(of: /\(default: \w+; resume: as before\)/).count == 7)
  }

  @Test func `docs cli.md says what help says; make reference writes it anew`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let written = try String(contentsOf: root.appending(path: "docs/cli.md"), encoding: .utf8)
    let start = try #require(written.range(of: "\n## "))
    let sections = Self.commands.map { command in
      let name = command.configuration.commandName ?? ""
      let title = name == "orchestrator" ? name : "orchestrator \(name)"
      let help = Orchestrator.helpMessage(for: command, columns: 80)
        .trimmingCharacters(in: .newlines)
      return "\n## \(title)\n\n```text\n\(help)\n```\n"
    }
    #expect(written[start.lowerBound...] == sections.joined()[...])
  }
}
