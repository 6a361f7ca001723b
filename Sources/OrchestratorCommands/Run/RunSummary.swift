import Foundation
import JobModel
import Ledger

/// The last word of a run: what is there, what is not, and what to do next.
struct RunSummary {
  let ledger: Ledger

  func print() async throws {
    let snapshot = try await ledger.snapshot()
    let warnings = try await ledger.warnings()
    Swift.print(
      lines(snapshot, warnings: Dictionary(grouping: warnings, by: \.rule).mapValues(\.count))
        .joined(separator: "\n"))
  }

  private func lines(_ snapshot: LedgerSnapshot, warnings: [String: Int]) -> [String] {
    let done = snapshot.engineCount(.done)
    let failed = snapshot.engines.filter {
      $0.engine.state == .failed || $0.engine.state == .drifted
    }
    var lines = [
      "\(done) engines published, \(failed.count) failed, \(snapshot.engineCount(.skipped)) skipped; "
        + "\(snapshot.rowsDone) memories"
    ]
    if !warnings.isEmpty {
      let counts = warnings.sorted { $0.key < $1.key }.map { "\($0.key) ×\($0.value)" }
      lines.append("warnings: " + counts.joined(separator: ", "))
    }
    for engine in failed {
      lines.append("  ✗ \(engine.engine.slug): \(engine.engine.reason ?? "")")
      if let hint = engine.lastFailure?.hint { lines.append("    → \(hint)") }
    }
    lines.append(
      failed.isEmpty
        ? "complete: every row is committed and counted"
        : "not complete: repair what is named above, then: orchestrator resume")
    return lines
  }
}
