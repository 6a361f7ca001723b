import Foundation
import JobModel
import Ledger
import Testing

@testable import OrchestratorCommands

@Suite struct RunSummaryTests {
  private let acme = TestEngine(slug: "acme")
  private let globex = TestEngine(slug: "globex")

  /// acme is published, globex failed behind its first chunk.
  private func halfARun() async throws -> RunFixture {
    let run = try RunFixture()
    try await run.plan([acme, globex, TestEngine(slug: "gone", state: .skipped, reason: "E1: no")])
    try await run.completeAll(acme)
    try await run.complete(globex.space)
    try await run.complete(globex.chunk(0), rows: 1_000, bytes: 1_000_000)
    try await run.ledger.markRunning(globex.chunk(1), lane: "copy 1")
    try await run.ledger.markFailed(
      globex.chunk(1),
      RecordedFailure(sqlState: "42501", message: "permission denied", hint: "Grant it."))
    try await run.ledger.setRunState(.failed)
    return run
  }

  private func text(
    _ run: RunFixture, ledger: String = "", columns: Int = .max
  ) async throws -> [String] {
    try await RunSummary(ledger: run.ledger)
      .text(Invocation(ledger: ledger), columns: columns, .plain)
      .split(separator: "\n").map(String.init)
  }

  private func json(_ run: RunFixture) async throws -> [String: Any] {
    let line = try await RunSummary(ledger: run.ledger)
      .text(Invocation(ledger: " --ledger a", logFormat: .json), columns: 80, .plain)
    #expect(line.count { $0 == "\n" } == 1)
    return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test func `only rows of published engines count, and what failed says what to do`() async throws
  {
    let run = try await halfARun()
    // The summary is the last word of a process that still holds the lock.
    let lines = try await run.whileAtWork { try await text(run, ledger: " --ledger a") }
    #expect(
      lines == [
        "1 of 2 engines published with 2,000 memories, 1 failed, 1 skipped",
        "    ✗ globex: permission denied (SQLSTATE 42501)", "    Grant it.", "not complete",
        "Repair what is said above of globex, then: orchestrator resume --ledger a",
        "Details: orchestrator status --ledger a --engine globex",
      ])
  }

  @Test func `rows set aside are named with their rule, number and file`() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    let rows = (0..<2).map { _ in
      RejectedRow(engine: "acme", id: UUID(), constraint: "memory_id_check", json: "{}")
    }
    try await run.ledger.recordRejectedRows(rows)
    let expected = [
      "M4: 2 rows set aside that the target refuses (acme 2), whole, in",
      "  \(run.path)-rejected.ndjson",
    ]
    let summary = try await text(run)
    let status = try await run.lines()
    for lines in [summary, status] {
      let first = try #require(lines.firstIndex(of: expected[0]))
      #expect(lines[first + 1] == expected[1])
    }
  }

  @Test func `a log has every line whole`() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    let long = String(repeating: "many words ", count: 30) + "end"
    try await run.ledger.recordWarnings([
      MigrationWarning(rule: "R6", engine: "acme", row: "7", message: long)
    ])
    #expect(try await text(run).contains("    7: " + long))
    for line in try await text(run, columns: 60) { #expect(line.columns <= 60) }
  }

  @Test func `as JSON it is one object with everything of the text`() async throws {
    let run = try await halfARun()
    try await run.ledger.recordWarnings([
      MigrationWarning(rule: "R6", engine: "acme", row: "7", message: "renamed")
    ])
    try await run.ledger.recordRejectedRows([
      RejectedRow(engine: "acme", id: UUID(), constraint: "c", json: "{}")
    ])
    let json = try await json(run)
    #expect(
      json.keys.sorted() == [
        "at", "engines_failed", "engines_skipped", "is_complete", "kind", "next",
        "rejected_rows", "rejected_rows_file", "rows_published", "state", "totals", "warnings",
      ])
    #expect(json["kind"] as? String == "summary")
    #expect(json["is_complete"] as? Bool == false)
    #expect(json["rows_published"] as? Int == 2_000)
    #expect(json["rejected_rows_file"] as? String == run.path + "-rejected.ndjson")
    let failed = try #require((json["engines_failed"] as? [[String: Any]])?.first)
    #expect(failed["slug"] as? String == "globex")
    let error = try #require((failed["errors"] as? [[String: Any]])?.first)
    #expect(error["hint"] as? String == "Grant it.")
    let warning = try #require((json["warnings"] as? [[String: Any]])?.first)
    let message = try #require((warning["messages"] as? [[String: Any]])?.first)
    #expect(message["rows"] as? [String] == ["7"])
    let next = try #require(json["next"] as? [String])
    #expect(next.contains { $0.hasSuffix("orchestrator resume --ledger a") })
  }
}
