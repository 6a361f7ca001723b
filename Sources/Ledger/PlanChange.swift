import JobModel

/// A change that makes the ledger's jobs equal to a plan. Pure.
enum PlanChange: Hashable, Sendable {
  case add(Job)
  /// The same name with another generation or range: earlier work does not count.
  case replace(Job, was: JobState)
  /// Only the expected rows or bytes differ.
  case estimate(Job)
  case remove(JobName)

  /// A job in the ledger.
  struct Known: Hashable, Sendable {
    var job: Job
    var state: JobState
  }

  /// The changes that turn `known` into `plan`, in the plan's order, removals last.
  static func from(_ known: [JobName: Known], to plan: [Job]) -> [PlanChange] {
    let planned = Set(plan.map(\.name))
    let removed = known.keys.filter { !planned.contains($0) }
    let changes = plan.compactMap { job -> PlanChange? in
      guard let old = known[job.name] else { return .add(job) }
      if old.job == job { return nil }
      let isSameWork = old.job.generation == job.generation && old.job.range == job.range
      return isSameWork ? .estimate(job) : .replace(job, was: old.state)
    }
    return changes + removed.map(PlanChange.remove)
  }
}

/// A change that makes a job's state agree with the target. Pure.
enum MarkChange: Hashable, Sendable {
  /// The target has its mark, which the ledger did not know.
  case found(Mark)
  /// The ledger has it as done, but the target has no valid mark.
  case lost
  /// It ran in a process that ended, and left no mark.
  case abandoned

  /// Nil if ledger and target agree.
  static func of(_ job: Job, in state: JobState, mark: Mark?) -> MarkChange? {
    let proof = mark.flatMap { $0.proves(job) ? $0 : nil }
    switch (state, proof) {
    case (.done, nil): return .lost
    case (.running, nil): return .abandoned
    case (.pending, nil), (.failed, nil), (.done, .some): return nil
    case (.pending, .some(let mark)), (.running, .some(let mark)), (.failed, .some(let mark)):
      return .found(mark)
    }
  }
}
