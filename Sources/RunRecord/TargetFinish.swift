import Databases
import Foundation
import JobModel
import PostgresLink

/// Removes the schema `orchestrator` from a finished target, in two steps: the first one stops all
/// writers, the second one drops the schema. After a crash between them, the second step can be repeated.
package struct TargetFinish: Sendable {
  private let target: PostgresConnection
  private let run: UUID

  package init(target: PostgresConnection, run: UUID) {
    self.target = target
    self.run = run
  }

  /// Ends takeovers of the run. Throws ``FenceLost`` if another process has taken over before.
  package func begin(_ fence: Fence) async throws {
    let begun = try await target.query(
      SQL.beginFinish,
      [.uuid(run), .integer(Int64(fence.epoch)), .uuid(fence.instance.rawValue)])
    guard !begun.isEmpty else { throw FenceLost() }
  }

  /// Drops the schema in one transaction. People's data lives in other schemas.
  package func dropSchema() async throws {
    do {
      try await target.script("begin")
      guard try await !target.query(SQL.holdFinishing, [.uuid(run)]).isEmpty else {
        throw FenceLost()
      }
      try await target.script("drop schema orchestrator cascade; commit")
    } catch {
      await target.rollBack()
      throw error
    }
  }
}
