import Testing

/// What an operator reads first.
@Suite struct HelpTests {
  @Test(arguments: [
    "", "survey", "preflight", "plan", "start", "resume", "status", "verify", "reset", "provision",
  ])
  func `help has an example and the exit statuses`(command: String) async throws {
    try await Scene.with(sources: { _, _ in }) { scene in
      let help = try await scene.run([command, "--help"].filter { !$0.isEmpty }, ends: 0)
      #expect(help.output.contains("EXAMPLE\n"))
      #expect(help.output.contains("EXIT STATUS\n"))
      #expect(help.output.contains("orchestrator " + command))
    }
  }
}
