import JobModel
import PostgresLink

/// Reads the target's plan and marks over a new session, nothing else being at work.
struct TargetReconciler {
  let environment: JobEnvironment

  func reconcile() async throws -> TargetEvidence {
    let target = try await environment.factory.target("reconcile")
    defer { Task { await target.close() } }
    await environment.facts.forget()
    let state = TargetState(target)
    guard let row = try await state.readRun(), row.fence == environment.fence,
      row.runID == environment.run.id
    else { throw FenceLost() }
    // A failover may have lost even the plan that the run began with.
    try await state.add(environment.basePlan)
    let evidence = try await state.readPlan()
    try await environment.gate.reconciled(with: target.identity)
    return evidence
  }
}
