import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// `provision/auth`, `provision/core`: the schema pack's part, in one transaction.
struct ProvisionJob {
  let fence: FenceStatement
  let pack: SchemaPack
  let part: PackPart

  func run(_ job: Job, _ lane: ControlLane) async throws -> JobReceipt {
    let target = try await lane.target.session()
    try await target.inFencedTransaction(job, fence) { target in
      try await provision(on: target)
    }
    return JobReceipt()
  }

  /// By itself: in release mode Swift 6.3 crashes on the two together.
  private func provision(on target: PostgresConnection) async throws {
    try await PackRunner(pack).run(part: part, schema: part.rawValue, on: target)
    if part == .core { try await PackRequirements(target: target).checkControlPlane() }
  }
}
