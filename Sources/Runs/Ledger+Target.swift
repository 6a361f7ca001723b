import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import Planning
import RunRecord
import Scheduling
import Verification

extension Ledger {
  /// Makes engines and jobs equal to the target's plan, and their states to those that its marks prove.
  ///
  /// After a rebuild the ledger knows no engine: this adds each engine's slug, and `resume` adds the rest
  /// from the sources.
  ///
  /// - Parameter atWork: jobs that run at the same time, whose states stay as they are.
  @discardableResult
  func reconcile(
    with plan: MarkedPlan, beside atWork: Set<JobName> = []
  ) async throws(LedgerError) -> ReconciledJobs {
    let known = Set(try await engines().map(\.slug))
    let unknown = Set(plan.jobs.compactMap(\.name.engine)).subtracting(known)
    if !unknown.isEmpty {
      try await saveEngines(
        unknown.sorted().map {
          EngineRecord(slug: $0, id: nil, name: "", expectedRows: 0, expectedBytes: 0)
        })
    }
    return try await reconcile(
      with: Array(plan.marks.values), plan: plan.jobs, beside: atWork)
  }

  /// Copies facts, warnings and rows set aside (M4) from the target: a lost answer may have kept them
  /// from the ledger.
  func follow(_ tables: RunTables) async throws {
    try await record(try await tables.readFacts())
    try await followRejectedRows { try await tables.readRejected(after: $0) }
  }

  /// Makes the rows set aside those of the target, page by page. A crash between two pages leaves the rest
  /// as it was, for the next `resume` to follow.
  ///
  /// - Parameter page: the target's page behind a key, or its first; empty where there are no more.
  func followRejectedRows(
    _ page: (RejectedRow.Key?) async throws -> [RejectedRow]
  ) async throws {
    var last: RejectedRow.Key?
    while true {
      let rows = try await page(last)
      try await replaceRejectedRows(after: last, through: rows.last?.key, by: rows)
      guard let key = rows.last?.key else { return }
      last = key
    }
  }

  /// What `body` returns. Where it throws, the run is interrupted and the reason kept: this process ends in
  /// its own time, and nobody shall take it for one that crashed. A ledger that cannot be written any more
  /// stays as it is.
  func interrupted<Value>(onError body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch {
      try? await setRunState(.interrupted, detail: (error as? RunError)?.message)
      throw error
    }
  }

  /// Keeps facts, and the warnings among them.
  func record(_ facts: [Fact]) async throws {
    try await recordWarnings(try facts.compactMap { try $0.warning() })
    try await recordFacts(facts)
  }
}
