import JobModel
import PostgresLink
import SchemaPack

/// `provision/auth`, `provision/core`: the schema pack's part, in one transaction.
struct ProvisionJob {
  let environment: JobEnvironment
  let part: PackPart

  func run(_ job: Job, _ lane: ControlLane) async throws -> JobReceipt {
    let target = try await lane.target.session()
    try await target.inFencedTransaction(job, environment.fenceStatement) { target in
      try await provision(on: target)
    }
    return JobReceipt()
  }

  /// By itself: in release mode Swift 6.3 crashes on the two together.
  private func provision(on target: PostgresConnection) async throws {
    try await PackRunner(environment.pack).run(part: part, schema: part.rawValue, on: target)
    if part == .core { try await PackAdaptation(target: target).checkControlPlane() }
  }
}
