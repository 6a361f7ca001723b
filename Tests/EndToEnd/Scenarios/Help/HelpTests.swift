import Foundation
import LocalServers
import Testing

/// What an operator reads first.
@Suite struct HelpTests {
  @Test(arguments: [
    "", "survey", "preflight", "plan", "start", "resume", "status", "verify", "reset", "provision",
  ])
  func `help has an example and the exit statuses`(command: String) async throws {
    try await Scene.withoutDatabases { scene in
      let help = try await scene.run([command, "--help"].filter { !$0.isEmpty }, ends: 0)
      #expect(help.output.contains("EXAMPLE\n"))
      #expect(help.output.contains("EXIT STATUS\n"))
      #expect(help.output.contains("orchestrator " + command))
    }
  }

  @Test func `a man page keeps the lines of every section as they are`() async throws {
    try await Scene.withoutDatabases { scene in
      let script = Repository.root.appending(path: "docs/from-help.sh").path
      let making = try Process.run(
        URL(filePath: "/bin/bash"),
        arguments: [script, "man", OrchestratorProcess.binary, scene.path("man")])
      making.waitUntilExit()
      let page = try String(contentsOfFile: scene.path("man/orchestrator-start.1"), encoding: .utf8)
      let sections = page.components(separatedBy: "\n.SH ").dropFirst(2)
      #expect(sections.count >= 4)
      for section in sections {
        #expect(section.split(separator: "\n").dropFirst().first == ".nf", "\(section)")
      }
    }
  }
}
