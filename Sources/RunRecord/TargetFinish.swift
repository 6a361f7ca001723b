import Databases
import Foundation
import JobModel
import PostgresLink

/// Takes the schema `orchestrator` out of a target that is done, in two steps: first nobody may write any
/// more, then it goes. A crash between them leaves the first, and the second can be said again.
package struct TargetFinish: Sendable {
  private let target: PostgresConnection
  private let run: UUID

  package init(target: PostgresConnection, run: UUID) {
    self.target = target
    self.run = run
  }

  /// Makes the run one that nobody takes over. Throws ``FenceLost`` where somebody has before.
  package func begin(_ fence: Fence) async throws {
    let begun = try await target.query(
      SQL.beginFinish,
      [.uuid(run), .integer(Int64(fence.epoch)), .uuid(fence.instance.rawValue)])
    guard !begun.isEmpty else { throw FenceLost() }
  }

  /// Drops the schema, in one transaction; what people have in the target is in other ones.
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
