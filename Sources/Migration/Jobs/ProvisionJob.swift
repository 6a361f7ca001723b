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
      try await PackRunner(environment.pack).run(part: part, schema: part.rawValue, on: target)
      if part == .core { try await PackAdaptation(target: target).checkControlPlane() }
    }
    return JobReceipt()
  }
}
