import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Scheduling
import Verification

extension VerifyScope {
  /// The migrated engines and the run's settings, from the ledger.
  init(_ ledger: Ledger) async throws {
    let run = try await ledger.run()
    let records = try await ledger.engines()
    let jobs = Dictionary(grouping: try await ledger.jobs().map(\.job), by: \.name.engine)
    let rejected = try await ledger.rejectedIDs()
    self.init(
      run: run.identity.id, epoch: run.epoch, startedAt: run.createdAt,
      settings: try run.settings(),
      engines: records.filter { $0.state == .done }.map { record in
        Engine(
          slug: record.slug, jobs: jobs[record.slug] ?? [],
          rejected: rejected[record.slug] ?? [])
      },
      unverified: records.filter { $0.state != .done }.map { record in
        Unverified(
          slug: record.slug, isSkipped: record.state == .skipped,
          state: record.reason.map { "\(record.state.rawValue): \($0)" } ?? record.state.rawValue)
      },
      warnings: try await ledger.warnings(), facts: try await ledger.facts())
  }
}

extension VerifyScope.Engine {
  fileprivate init(slug: String, jobs: [Job], rejected: [UUID]) {
    let names = jobs.compactMap { job -> String? in
      guard case .index(_, let name) = job.name else { return nil }
      return name
    }
    self.init(
      slug: slug, chunks: jobs.filter { $0.name.kind == .memories }, indexNames: Set(names),
      rejected: rejected)
  }
}
