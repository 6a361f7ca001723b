/// Makes the ledger say what the target proves, in both directions.
package enum MarkReconciliation {
  /// One job that the ledger must change.
  package struct Change: Hashable, Sendable {
    package var name: JobName
    package var from: JobState
    package var to: JobState

    package init(name: JobName, from: JobState, to: JobState) {
      self.name = name
      self.from = from
      self.to = to
    }
  }

  /// The state that the target's evidence gives a planned job. Only a mark that agrees with the plan in
  /// generation and range counts; a missing one never counts as done.
  package static func state(of job: Job, mark: Mark?, ledger: JobState?) -> JobState {
    if let mark, mark.proves(job) { return .done }
    return ledger == .failed ? .failed : .pending
  }

  /// The changes that turn `ledger` into what `plan` and `marks` prove.
  package static func changes(
    plan: [Job], marks: [JobName: Mark], ledger: [JobName: JobState]
  ) -> [Change] {
    plan.compactMap { job in
      let before = ledger[job.name] ?? .pending
      let after = state(of: job, mark: marks[job.name], ledger: ledger[job.name])
      return before == after ? nil : Change(name: job.name, from: before, to: after)
    }
  }
}
