import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// `<slug>/index/<name>`: one dropped index, built again from its own definition.
struct IndexJob {
  let fence: FenceStatement
  let engine: MeasuredEngine
  let index: NotedIndex
  let budget: BuildBudget

  func run(_ job: Job, _ lane: TargetLane) async throws -> JobReceipt {
    guard case .index(_, let name) = job.name else {
      preconditionFailure("\(job.name) is no index")
    }
    let grant = budget.grant(rows: engine.expectedRows, index)
    do {
      return try await build(job, name, lane, grant)
    } catch let error as PostgresError
      where grant.workers > 0 && (error.code == .diskFull || error.code == .outOfMemory)
    {
      // A container's /dev/shm is small, and parallel builds share their memory through it.
      let alone = BuildBudget.Grant(memoryBytes: grant.memoryBytes, workers: 0)
      return try await build(job, name, lane, alone)
    }
  }

  private func build(
    _ job: Job, _ name: String, _ lane: TargetLane, _ grant: BuildBudget.Grant
  ) async throws -> JobReceipt {
    let target = try await lane.session()
    _ = await target.takeNotices()
    let warnings = try await target.inFencedTransaction(job, fence) { target in
      try await target.script(
        """
        set local maintenance_work_mem = '\(grant.memoryBytes / 1024)kB';
        set local max_parallel_maintenance_workers = \(grant.workers)
        """)
      try await target.query(index.definition, operation: "\(job.name)")
      let built = try await memoryIndexes(of: engine.schema, on: target).first { $0.name == name }
      guard built?.isValid == true, built?.definition == index.definition else {
        throw JobFailure(
          fate: .failEngine,
          message: "index \(name) was built, but its definition is not the noted one")
      }
      let warnings = self.warnings(await target.takeNotices(), name)
      try await RunTables(target).add(warnings.map { Fact($0, job: job.name) })
      return warnings
    }
    return JobReceipt(warnings: warnings)
  }

  /// Warnings from the server's notices during the build: an HNSW graph no longer fits into memory, or words
  /// are too long to be indexed. A build's reports of its own progress are none.
  private func warnings(_ notices: [ServerNotice: Int], _ name: String) -> [MigrationWarning] {
    notices.filter { !$0.key.isInformational }
      .sorted { ($0.key.message, $0.key.detail ?? "") < ($1.key.message, $1.key.detail ?? "") }
      .map { notice, count in
        let text = [notice.message, notice.detail].compactMap { $0 }.joined(separator: ": ")
        return MigrationWarning(
          rule: "index", engine: engine.slug, row: nil,
          message: "\(name): \(text)" + (count > 1 ? " (\(count) times)" : ""))
      }
  }
}
