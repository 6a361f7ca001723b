import Foundation
import Testing

@testable import Migration
@testable import OrchestratorCommands
@testable import Verification

@Suite struct VerifyReportTests {
  @Test func `what nothing could be looked at for is not counted in nothing`() {
    var checks = VerifyChecks()
    checks[.engines].fail(VerifyFinding(engine: "acme", "it is not migrated"))
    checks[.indexes].looked = 3
    checks[.indexes].fail(VerifyFinding(engine: "acme", "it is not valid"))
    let report = VerifyReport(
      run: UUID(), isDeep: false, checks: checks, elapsed: .zero, bytes: 0, ledger: " --ledger a")
    let lines = report.lines().map(\.plain)
    #expect(lines.contains { $0.hasPrefix("✗ engines") && $0.hasSuffix("  1 finding") })
    #expect(lines.contains { $0.hasPrefix("✗ indexes") && $0.hasSuffix("1 finding in 3 indexes") })
    #expect(lines.contains { $0.contains("orchestrator resume --ledger a migrates") })
  }
}
