import Databases
import Foundation
import JobModel
import PostgresLink

/// Fills the fence's statement, the first statement of every job.
package struct FenceStatement {
  package let run: RunBinding
  package let fence: Fence

  package func text(for job: Job, rows: Int, fingerprint: String?) -> String {
    fillVariables(
      SQL.fence,
      [
        "job": "\(job.name)", "generation": String(job.generation),
        "lo": job.range.lo?.uuidString.lowercased(), "hi": job.range.hi?.uuidString.lowercased(),
        "rows": String(rows), "fingerprint": fingerprint, "run": run.id.uuidString.lowercased(),
        "epoch": String(fence.epoch), "instance": "\(fence.instance)",
      ])
  }

  /// Deletes a job's mark, for a transaction that marks it again.
  package func forgettingMark(of job: Job) -> String {
    fillVariables(SQL.forgetMark, ["job": "\(job.name)"])
  }

  package init(run: RunBinding, fence: Fence) {
    self.run = run
    self.fence = fence
  }
}

extension PostgresConnection {
  /// Runs a job's work in one transaction of the target whose first statement is the fence, so that
  /// the mark exists exactly when the work does. A crash at any point leaves neither.
  ///
  /// - Parameter replacing: whether a mark of an earlier generation is replaced.
  // Not inlined: the optimizer of Swift 6.3 crashes when it splits an async function around an inlined
  // copy of this one ("While splitting coroutine").
  @inline(never)
  package nonisolated func inFencedTransaction<Value: Sendable>(
    _ job: Job, _ statement: FenceStatement, rows: Int = 0, fingerprint: String? = nil,
    replacing: Bool = false,
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    do {
      let fence = statement.text(for: job, rows: rows, fingerprint: fingerprint)
      let forget = statement.forgettingMark(of: job) + ";\n"
      guard try await holdFence((replacing ? forget : "") + fence, job) else { throw FenceLost() }
      let value = try await body(self)
      try await script("commit", operation: "\(job.name): committing")
      return value
    } catch {
      await rollBack()
      throw error
    }
  }

  /// False if the fence touched no row, or if the run's tables do not exist.
  private nonisolated func holdFence(_ fence: String, _ job: Job) async throws(PostgresError)
    -> Bool
  {
    do throws(PostgresError) {
      let held = try await script("begin;\n" + fence, operation: "\(job.name)").last ?? []
      return !held.isEmpty
    } catch  where error.code == .undefinedTable || error.code == .invalidSchemaName {
      return false
    }
  }
}

/// The fence touched no row: another process has taken over.
package struct FenceLost: Error {
  package init() {}
}
