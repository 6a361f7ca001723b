import JobModel
import PostgresLink
import Testing

@testable import OrchestratorCommands
@testable import Planning

@Suite struct PreflightRenderingTests {
  private let passed = PreflightCheck("clocks agree", passed: "all within 1 ms")
  private let warning = PreflightCheck("version of shard", warning: "old", remedy: "Rehearse.")
  private let failed = PreflightCheck(
    "target is empty", failed: "it holds something that takes more than a line to be named",
    remedy: "Drop it.")

  @Test func `a warning lets start go on, a failure does not`() {
    let fine = PreflightReport(checks: [passed, warning])
    #expect(!fine.isFailed)
    #expect(
      fine.lines(columns: 80).map(\.plain) == [
        "✓ clocks agree: all within 1 ms", "⚠ version of shard: old", "    → Rehearse.", "",
        "2 checks, 1 warning: start may go on",
      ])
    #expect(PreflightReport(checks: [passed, warning, failed]).isFailed)
  }

  @Test func `long findings stay behind their mark`() {
    let lines = PreflightReport(checks: [failed]).lines(columns: 50).map(\.plain)
    #expect(
      lines.prefix(3) == [
        "✗ target is empty: it holds something that takes", "  more than a line to be named",
        "    → Drop it.",
      ])
    #expect(lines.last == "1 of 1 failed, 0 warnings")
  }

  @Test func `a caret stays below what it points at`() {
    let check = PreflightCheck(
      "schema pack can be run",
      failed: "core/001.sql:7:8: no such type\n    create tabel x;\n           ^",
      remedy: "Mend it.")
    let lines = PreflightReport(checks: [check]).lines(columns: 60).map(\.plain)
    #expect(
      lines.prefix(4) == [
        "✗ schema pack can be run: core/001.sql:7:8: no such type",
        "      create tabel x;", "             ^", "    → Mend it.",
      ])
  }

  @Test func `a role that is not there is not a server that cannot be reached`() {
    let refused = PostgresError(kind: .server, message: "role \"nobody\" does not exist")
    let check = PreflightCheck(refused, opening: .target, owner: "nobody")
    #expect(check.title == "target lets us act as nobody")
    #expect(check.remedy?.contains("--owner") == true)
    let silent = PostgresError(kind: .connect, message: "timeout")
    #expect(
      PreflightCheck(silent, opening: .target, owner: "nobody").title == "target can be reached")
  }

  @Test func `JSON tells the outcomes apart`() throws {
    let report = PreflightReport(checks: [passed, warning, failed])
    let json = try JSONText.of(PreflightJSON(report), isOneLine: true)
    let first = #"{"finding":"all within 1 ms","outcome":"passed","remedy":null,"#
    #expect(json.contains(first + #""title":"clocks agree"}"#))
    #expect(json.hasSuffix(#""failed_checks":1,"is_failed":true,"warnings":1}"#))
  }
}
