import Foundation
import RunRecord
import Testing

@testable import Mapping
@testable import Migration
@testable import OrchestratorCommands
@testable import Planning

@Suite struct PlanRenderingTests {
  private func engine(_ number: Int, failure: String? = nil) -> MigrationPlan.Engine {
    MigrationPlan.Engine(
      slug: "engine\(number)", dimensions: 1_536, rows: 62_111, bytes: 263_000_000,
      chunks: [.init(rows: 62_111, bytes: 263_000_000)],
      indexes: [.init(name: "memory_embedding_idx", method: "hnsw", seconds: 54)],
      failure: failure)
  }

  private func plan(_ engines: [MigrationPlan.Engine]) -> MigrationPlan {
    let near = NetworkReading(
      roundTripSeconds: 0.001, clockSkewSeconds: 0, bytesPerSecond: 50_000_000)
    let far = NetworkReading(
      roundTripSeconds: 0.1, clockSkewSeconds: 0, bytesPerSecond: 2_630_000)
    return MigrationPlan(
      engines: engines, skipped: [.init(slug: "old", reason: .status("deleted"))],
      estimate: PlanEstimate(
        engines, source: far, target: near, tuning: RunTuning(), controlLanes: 4))
  }

  @Test func `the slower side and the longest build decide`() {
    let estimate = plan([engine(1)]).estimate
    #expect(estimate.bytesPerSecond == 2_630_000)
    #expect(abs(estimate.copySeconds - 100) < 0.1)
    #expect(estimate.buildSeconds == 54)
    #expect(abs(estimate.totalSeconds - 154) < 0.1)
  }

  @Test func `the text lists engines, what is skipped, and the time`() {
    let lines = plan([engine(1, failure: "E4: nobody"), engine(2)])
      .lines(columns: 100, listsAll: false).map(\.plain)
    #expect(lines.contains("    would fail: E4: nobody"))
    #expect(lines.contains("skipped  old  E1: its status is deleted"))
    #expect(lines.contains("2 engines, 1 skipped: 124,222 rows, 526 MB"))
    #expect(
      lines.contains(
        "11 jobs: 3 of the control plane, 2 spaces, 2 chunks, 2 indexes, 2 rosters"))
    #expect(lines.contains { $0.hasPrefix("about 03:20, an estimate") })
  }

  @Test func `of hundreds the largest are listed`() {
    let lines = plan((1...45).map { engine($0) }).lines(columns: 100, listsAll: false)
      .map(\.plain)
    #expect(lines.contains("… and 5 smaller engines with 310,555 rows: --all"))
  }

  @Test func `JSON keeps its keys`() throws {
    let json = try JSONText.of(PlanJSON(plan([engine(1)])))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object.keys.sorted() == ["engines", "estimate", "skipped", "totals"])
    let engine = try #require((object["engines"] as? [[String: Any]])?.first)
    #expect(
      engine.keys.sorted() == [
        "bytes", "chunks", "dimensions", "failure", "indexes", "jobs", "rows", "slug",
      ])
    let estimate = try #require(object["estimate"] as? [String: Any])
    #expect(
      estimate.keys.sorted() == [
        "build_seconds", "bytes_per_second", "copy_seconds", "engine_seconds",
        "source_bytes_per_second", "target_bytes_per_second", "total_seconds",
      ])
  }
}
