import JobModel
import PostgresLink

/// Writes to the target that are no job's: planning, and taking engines back. Like a job's, each begins
/// by making sure that this process is still the run's writer, and keeps it so until it is committed.
package struct HeldRun: Sendable {
  let target: PostgresConnection
  let run: RunBinding
  let fence: Fence

  package init(target: PostgresConnection, run: RunBinding, fence: Fence) {
    self.target = target
    self.run = run
    self.fence = fence
  }

  /// Runs `body` in one transaction. A crash leaves all of it or nothing; throws ``FenceLost`` where
  /// someone else has taken over.
  // Not inlined: see `inFencedTransaction`.
  @inline(never)
  package func transaction<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    do {
      try await target.script("begin")
      guard try await isHeld() else { throw FenceLost() }
      let value = try await body(target)
      try await target.script("commit")
      return value
    } catch {
      await target.rollBack()
      throw error
    }
  }

  /// False when someone else writes the run, or when its tables are gone altogether.
  private func isHeld() async throws(PostgresError) -> Bool {
    do throws(PostgresError) {
      return try await !target.query(
        SQL.orchestratorHoldRun,
        [.uuid(run.id), .integer(Int64(fence.epoch)), .uuid(fence.instance.rawValue)]
      ).isEmpty
    } catch  where error.code == .undefinedTable || error.code == .invalidSchemaName {
      return false
    }
  }

  /// Adds planned jobs; those already planned stay as they are.
  package func plan(_ jobs: [Job]) async throws {
    try await transaction { target in try await TargetState(target).add(jobs) }
  }

  /// I7: makes the identities job run once more: its mark proves nothing any more.
  package func planIdentitiesAgain() async throws {
    try await transaction { target in
      _ = try await target.query(SQL.orchestratorPlanIdentitiesAgain)
    }
  }
}
