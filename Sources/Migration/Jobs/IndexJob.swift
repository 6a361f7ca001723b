import JobModel
import PostgresLink

/// `<slug>/index/<name>`: one dropped index, built again from its own definition.
struct IndexJob {
  let environment: JobEnvironment
  let engine: EngineContext
  let index: NotedIndex
  let budget: BuildBudget

  func run(_ job: Job, _ lane: TargetLane) async throws -> JobReceipt {
    guard case .index(_, let name) = job.name else {
      preconditionFailure("\(job.name) is no index")
    }
    let grant = budget.grant(rows: engine.expectedRows, dimensions: engine.dimensions, index)
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
    let warnings = try await target.inFencedTransaction(job, environment.fenceStatement) { target in
      try await target.script(
        """
        set local maintenance_work_mem = '\(grant.memoryBytes / 1024)kB';
        set local max_parallel_maintenance_workers = \(grant.workers)
        """)
      try await target.query(index.definition, operation: "\(job.name)")
      let built = try await memoryIndexes(of: engine.schema, on: target).first { $0.name == name }
      guard built?.isValid == true, built?.definition == index.definition else {
        throw JobFailure(
          fate: .failEngine, message: "index \(name) was built but is not as it was noted")
      }
      let warnings = await target.takeNotices().filter(\.isAboutTheGraph).map { notice in
        MigrationWarning(
          rule: "index", engine: engine.slug, row: nil, message: "\(name): \(notice.message)")
      }
      try await TargetState(target).add(warnings.map { Fact($0, job: job.name) })
      return warnings
    }
    return JobReceipt(warnings: warnings)
  }
}

extension PostgresNotice {
  /// pgvector's word that an HNSW graph no longer fits into maintenance_work_mem; the only notice that
  /// a build of an index sends.
  fileprivate var isAboutTheGraph: Bool { severity == "NOTICE" }
}
