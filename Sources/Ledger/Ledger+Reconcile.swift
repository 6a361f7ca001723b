import Foundation
import GRDB
import JobModel

/// The changes of `reconcile`. Empty lists mean that ledger and target agreed.
package struct ReconciledJobs: Hashable, Sendable {
  /// Jobs that the ledger did not have, had differently, or had without the plan.
  package var added: [JobName] = []
  package var replaced: [JobName] = []
  package var removed: [JobName] = []
  /// Jobs whose mark was found: now done.
  package var found: [JobName] = []
  /// Done jobs without a valid mark: now pending.
  package var lost: [JobName] = []
  /// Running jobs of a process that ended, without a mark: now pending.
  package var abandoned: [JobName] = []
  /// The number of jobs in each state afterwards.
  package var jobs: [JobState: Int] = [:]

  package init() {}

  /// Ledger and target agreed already.
  package var agrees: Bool {
    added.isEmpty && replaced.isEmpty && removed.isEmpty && found.isEmpty && lost.isEmpty
      && abandoned.isEmpty
  }
}

extension Ledger {
  /// Makes the ledger equal to the target, in both directions and in one transaction.
  ///
  /// `plan` and `marks` are everything that the target holds, including the control plane. Their engines
  /// must be saved. On a new ledger, this rebuilds a lost one.
  ///
  /// - Parameter atWork: jobs that this process runs at the same time, whose states stay as they are.
  package func reconcile(
    with marks: [Mark], plan: [Job], beside atWork: Set<JobName> = []
  ) async throws(LedgerError) -> ReconciledJobs {
    try await write("follow the target") { db, time in
      var result = ReconciledJobs()
      let known = try db.knownJobs()
      for change in PlanChange.from(known, to: plan) {
        try db.apply(change, at: time)
        result.note(change)
      }
      let markOf = Dictionary(marks.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
      let settled = try db.knownJobs()
      for job in plan where !atWork.contains(job.name) {
        guard let state = settled[job.name]?.state,
          let change = MarkChange.of(job, in: state, mark: markOf[job.name])
        else { continue }
        try db.apply(change, to: job, at: time)
        result.note(change, of: job.name)
      }
      try db.followJobs()
      result.jobs = try db.jobCounts()
      return result
    }
  }
}

extension ReconciledJobs {
  fileprivate mutating func note(_ change: PlanChange) {
    switch change {
    case .add(let job): added.append(job.name)
    case .replace(let job, _): replaced.append(job.name)
    case .estimate: break
    case .remove(let name): removed.append(name)
    }
  }

  fileprivate mutating func note(_ change: MarkChange, of job: JobName) {
    switch change {
    case .found: found.append(job)
    case .lost: lost.append(job)
    case .abandoned: abandoned.append(job)
    }
  }
}

extension Database {
  fileprivate func apply(_ change: MarkChange, to job: Job, at time: Date) throws {
    switch change {
    case .found(let mark):
      try finish(job.name, as: .found, rows: mark.rows, bytes: job.expectedBytes, at: time)
    case .lost:
      try append(.lost, job: job.name, at: time)
      try self.change(
        job.name, "UPDATE job SET state = 'pending', finished_at = NULL, rows = 0, bytes = 0", [])
    case .abandoned:
      try append(.abandoned, job: job.name, at: time)
      try self.change(job.name, "UPDATE job SET state = 'pending'", [])
    }
  }

  fileprivate func jobCounts() throws -> [JobState: Int] {
    let rows = try Row.fetchAll(self, sql: "SELECT state, count(*) AS jobs FROM job GROUP BY state")
    return try Dictionary(
      uniqueKeysWithValues: rows.map {
        (try decoded($0["state"], "job.state", JobState.init), $0["jobs"])
      })
  }
}
