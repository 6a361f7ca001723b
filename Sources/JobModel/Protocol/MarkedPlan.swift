/// The target's plan with its marks: the truth about a run, whatever a ledger holds.
package struct MarkedPlan: Hashable, Sendable {
  package var jobs: [Job]
  package var marks: [JobName: Mark]

  package init(jobs: [Job] = [], marks: [JobName: Mark] = [:]) {
    self.jobs = jobs
    self.marks = marks
  }

  /// Whether every one of these jobs is planned, in its generation.
  package func contains(_ jobs: [Job]) -> Bool {
    let planned = Dictionary(self.jobs.map { ($0.name, $0.generation) }) { first, _ in first }
    return jobs.allSatisfy { planned[$0.name] == $0.generation }
  }

  /// The state that the marks prove: done only with a mark that agrees with the plan.
  package func state(of job: Job) -> JobState {
    marks[job.name].map { $0.proves(job) } == true ? .done : .pending
  }
}
