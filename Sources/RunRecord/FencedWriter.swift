import Databases
import JobModel
import PostgresLink

/// Writes to the target outside of jobs: planning, and resets. Like a job, each transaction first makes sure
/// that this process is the run's writer, and keeps it so until the commit.
package struct FencedWriter: Sendable {
  package let target: PostgresConnection
  package let run: RunBinding
  package let fence: Fence

  package init(target: PostgresConnection, run: RunBinding, fence: Fence) {
    self.target = target
    self.run = run
    self.fence = fence
  }

  /// Opens a transaction that keeps this process the run's writer until it ends. A crash then leaves all
  /// of it or nothing. Throws ``FenceLost``, with no transaction open, if another process has taken over.
  package func begin() async throws {
    try await target.script("begin")
    do {
      guard try await isHeld() else { throw FenceLost() }
    } catch {
      await target.rollBack()
      throw error
    }
  }

  /// False if another process writes the run, or if its tables do not exist.
  private func isHeld() async throws(PostgresError) -> Bool {
    do throws(PostgresError) {
      return try await !target.query(
        SQL.holdRun,
        [.uuid(run.id), .integer(Int64(fence.epoch)), .uuid(fence.instance.rawValue)]
      ).isEmpty
    } catch  where error.code == .undefinedTable || error.code == .invalidSchemaName {
      return false
    }
  }

  /// Adds planned jobs; those already planned stay as they are.
  package func plan(_ jobs: [Job]) async throws {
    try await write { tables in try await tables.add(jobs) }
  }

  /// Adds facts that come from no job.
  package func add(_ facts: [Fact]) async throws {
    try await write { tables in try await tables.add(facts) }
  }

  /// M4: lets refused rows be set aside from now on.
  package func allowQuarantine() async throws {
    let run = run.id
    try await write { tables in
      try await tables.connection.query(SQL.allowQuarantine, [.uuid(run)])
    }
  }

  /// I7: makes the identities job run once more, by invalidating its mark.
  package func planIdentitiesAgain() async throws {
    try await write { tables in try await tables.connection.query(SQL.planIdentitiesAgain) }
  }

  /// Runs `body` in its own transaction. A crash leaves all of it or nothing.
  // Not inlined: the optimizer of Swift 6.3 crashes when it splits an async function around an inlined
  // copy of this one ("While splitting coroutine").
  @inline(never)
  private func write(_ body: (RunTables) async throws -> Void) async throws {
    try await begin()
    do {
      try await body(RunTables(target))
      try await target.script("commit")
    } catch {
      await target.rollBack()
      throw error
    }
  }
}
