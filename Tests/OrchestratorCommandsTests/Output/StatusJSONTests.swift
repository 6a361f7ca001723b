import Foundation
import JobModel
import Ledger
import Testing

@testable import OrchestratorCommands

@Suite struct StatusJSONTests {
  private let acme = TestEngine(slug: "acme", name: "Acme")

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func keys(_ value: Any?) throws -> [String] {
    try #require(value as? [String: Any]).keys.sorted()
  }

  private func first(_ value: Any?) throws -> [String: Any] {
    try #require((value as? [[String: Any]])?.first)
  }

  /// The documented shape: scripts depend on it. Keys may be added, never renamed or left out.
  @Test func everyKeyIsAlwaysThere() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.ledger.markRunning(acme.chunk(0), lane: "copy 0")
    try await run.ledger.recordWarnings([
      MigrationWarning(rule: "R10", engine: nil, row: nil, message: "m")
    ])
    let json = try object(JSONText.of(StatusJSON(try await run.report())))

    #expect(
      json.keys.sorted() == [
        "control_plane", "engines", "rejected_rows_file", "run", "totals", "warnings",
      ])
    #expect(
      try keys(json["run"]) == [
        "created_at", "elapsed_seconds", "epoch", "id", "process", "process_state",
        "process_state_since", "rate_limit_bytes_per_second", "seen_at", "state",
        "stop_reason", "target", "tool_version", "worked_seconds",
      ])
    #expect(
      try keys(json["totals"]) == [
        "bytes_done", "bytes_per_second", "bytes_total", "engines_done", "engines_drifted",
        "engines_failed", "engines_skipped", "engines_total", "eta_seconds", "jobs_done",
        "jobs_total", "rejected_rows", "retries", "rows_done", "rows_total", "warnings",
      ])
    let engine = try first(json["engines"])
    #expect(
      engine.keys.sorted() == [
        "at_work", "bytes_done", "bytes_per_second", "bytes_total", "jobs_done", "jobs_total",
        "last_error",
        "name", "phase", "reason", "rejected_rows", "retries", "rows_done", "rows_total",
        "running", "slug", "state", "warnings",
      ])
    let job = try first(engine["running"])
    #expect(job.keys.sorted() == Self.jobKeys)
    #expect(try first(json["control_plane"]).keys.sorted() == Self.jobKeys)
    #expect(
      try first(json["warnings"]).keys.sorted() == [
        "count", "engine", "example", "messages", "rule",
      ])
  }

  private static let jobKeys = [
    "attempts", "bytes", "expected_bytes", "expected_rows", "finished_at", "hi", "kind",
    "lane", "last_error", "lo", "name", "percent", "phase", "rows", "started_at", "state",
  ]

  @Test func values() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.complete(
      acme.chunk(0), seconds: 2.5, rows: 1_000, bytes: 1_000_000)
    let report = try await run.whileAtWork { try await run.report() }
    let json = try object(JSONText.of(StatusJSON(report)))

    let state = try #require(json["run"] as? [String: Any])
    #expect(state["id"] as? String == "01020304-0506-0708-090a-0b0c0d0e0f10")
    #expect(state["state"] as? String == "running")
    #expect(state["tool_version"] as? String == "1.2.3")
    #expect(state["elapsed_seconds"] as? Double == 2.5)
    #expect(state["created_at"] as? String == "2025-10-09T08:53:20.000Z")
    let process = try #require(state["process"] as? [String: Any])
    #expect(process["pid"] as? Int == Int(getpid()))
    #expect(process.keys.sorted() == ["host", "pid", "since"])
    let totals = try #require(json["totals"] as? [String: Any])
    #expect(totals["rows_done"] as? Int == 1_000)
    #expect(totals["rows_total"] as? Int == 2_000)
    #expect(totals["jobs_done"] as? Int == 1)
    #expect(totals["jobs_total"] as? Int == 8)
    #expect(totals["bytes_per_second"] as? Double == 400_000)
    #expect(totals["eta_seconds"] is NSNull)
    let engine = try first(json["engines"])
    #expect(engine["reason"] is NSNull)
    #expect(engine["phase"] as? String == "space")
    #expect(state["process_state"] as? String == "working")
    #expect(engine["at_work"] as? Bool == true)

    let after = try object(JSONText.of(StatusJSON(try await run.report())))
    let crashed = try #require(after["run"] as? [String: Any])
    #expect(crashed["process"] is NSNull)
    #expect(crashed["state"] as? String == "running")
    #expect(crashed["process_state"] as? String == "crashed")
    #expect(crashed["process_state_since"] as? String == "2025-10-09T08:53:22.500Z")
    #expect(try first(after["engines"])["at_work"] as? Bool == false)
    #expect((after["totals"] as? [String: Any])?["bytes_per_second"] as? Double == 400_000)
    try await run.ledger.setRunState(.interrupted)
    let stopped = try object(JSONText.of(StatusJSON(try await run.report())))
    #expect((stopped["run"] as? [String: Any])?["process_state"] as? String == "stopped")
  }

  @Test func oneEngineComesWithItsJobsAndEvents() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.complete(acme.space)
    let report = try await EngineReport.read(run.ledger, slug: "acme", ledgerArgument: "")
    let text = try JSONText.of(EngineJSON(report), isOneLine: true)
    #expect(!text.contains("\n"))
    let json = try object(text)
    #expect(json.keys.sorted() == ["engine", "events", "jobs", "run", "warnings"])
    #expect((json["jobs"] as? [Any])?.count == 5)
    #expect(try first(json["jobs"]).keys.sorted() == Self.jobKeys)
    let event = try first(json["events"])
    #expect(
      event.keys.sorted() == ["at", "bytes", "detail", "epoch", "job", "kind", "rows"])
    #expect(event["kind"] as? String == "started")
  }
}
