import JobModel
import Testing

@testable import OrchestratorCommands

@Suite struct WarningGroupTests {
  private func lines(_ warnings: [MigrationWarning]) -> [String] {
    WarningGroup.groups(of: warnings).lines(columns: 100, ledger: " --ledger a").map(\.plain)
  }

  @Test func `rule, engine and row are said, the control plane included`() {
    let warnings = [
      MigrationWarning(rule: "R6", engine: "acme", row: "u1", message: "x is y now"),
      MigrationWarning(rule: "I5", engine: nil, row: "s9", message: "a session of nobody"),
      MigrationWarning(rule: "R12", engine: "acme", row: nil, message: "the expiry is lost"),
    ]
    #expect(
      lines(warnings) == [
        "warnings by rule: I5 1, R12 1, R6 1",
        "  I5  control plane", "    s9: a session of nobody",
        "  R12  acme", "    the expiry is lost",
        "  R6  acme", "    u1: x is y now",
      ])
  }

  @Test func `equal messages share a line, so that a noisy one drowns nothing`() {
    let noise = (0..<40).map {
      MigrationWarning(
        rule: "index", engine: "acme", row: "row \($0)", message: "word is too long")
    }
    let other = MigrationWarning(rule: "index", engine: "acme", row: nil, message: "no longer fits")
    #expect(
      lines(noise + [other]) == [
        "warnings by rule: index 41", "  index  acme",
        "    row 0, row 1, row 2 and 37 more: word is too long ×40", "    no longer fits",
      ])
  }

  @Test func `of many the first are shown, and how to see all`() {
    let many = (0..<5).map {
      MigrationWarning(rule: "R6", engine: "acme", row: "u\($0)", message: "m\($0)")
    }
    let control = (0..<5).map {
      MigrationWarning(rule: "I5", engine: nil, row: "u\($0)", message: "m\($0)")
    }
    let everywhere = (0..<9).map {
      MigrationWarning(rule: "R12", engine: "e\($0)", row: nil, message: "lost")
    }
    let text = lines(many + control + everywhere)
    #expect(text.contains("    … 2 more: orchestrator status --ledger a --engine acme --all"))
    #expect(text.contains("    … 2 more: orchestrator status --ledger a --json"))
    #expect(text.contains("  … R12 of 5 more engines: orchestrator status --ledger a --json"))
    #expect(!text.contains { $0.contains("m3") || $0.contains("e4") })
  }
}
