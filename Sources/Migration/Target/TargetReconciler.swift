import JobModel
import PostgresLink

/// Reads the target's plan and marks over a new session, nothing else being at work.
struct TargetReconciler {
  let environment: JobEnvironment

  func reconcile() async throws -> TargetEvidence {
    let target = try await environment.factory.target("reconcile")
    defer { Task { await target.close() } }
    await environment.facts.forget()
    // A failover may have lost even the plan that the run began with.
    try await environment.held(on: target).plan(environment.basePlan)
    let evidence = try await TargetState(target).readPlan()
    try await environment.gate.reconciled(with: target.identity)
    return evidence
  }
}
