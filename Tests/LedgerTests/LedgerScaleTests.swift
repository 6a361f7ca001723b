import Foundation
import JobModel
import Testing

@testable import Ledger

/// 2,000 engines of eight jobs, the size the ledger must carry with ease.
@Suite struct LedgerScaleTests {
  static let engines = (0..<2_000).map { EngineRecord(slug: "engine\($0)", id: UUID(), name: "n") }

  static func plan(of engine: EngineRecord) -> [Job] {
    let slug = engine.slug
    return [Job(name: .space(engine: slug), generation: 1)]
      + (0..<4).map { Job(name: .memories(engine: slug, number: $0), generation: 1) }
      + ["a", "b"].map { Job(name: .index(engine: slug, name: $0), generation: 1) }
      + [Job(name: .roster(engine: slug), generation: 1)]
  }

  @Test func thousandsOfEnginesArePlannedFollowedAndShown() async throws {
    let scratch = try Scratch()
    let ledger = try scratch.create()
    let plan = Self.engines.flatMap(Self.plan)
    try await ledger.saveEngines(Self.engines)
    let added = try await ledger.reconcile(with: [], plan: plan)
    #expect(added.jobs == [.pending: 16_000])
    let found = try await ledger.reconcile(with: plan.map(\.mark), plan: plan)
    #expect(found.found.count == 16_000)
    let snapshot = try await ledger.snapshot()
    #expect(snapshot.engineCount(.done) == 2_000)
    #expect(snapshot.rowsDone == 2_000 * 4 * 9)
  }
}
