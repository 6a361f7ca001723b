import Foundation
import JobModel
import Ledger
import Migration

extension VerifyScope {
  /// What the ledger says was migrated, and how.
  init(_ ledger: Ledger) async throws {
    let run = try await ledger.run()
    let records = try await ledger.engines()
    let jobs = Dictionary(grouping: try await ledger.jobs().map(\.job), by: \.name.engine)
    let rejected = Dictionary(grouping: try await ledger.rejectedRows(), by: \.engine)
    let facts = try await ledger.facts().compactMap { fact in
      Fact.Kind(rawValue: fact.kind).map {
        Fact(
          engine: fact.job.engine, kind: $0, key: fact.key, job: fact.job, storedValue: fact.json)
      }
    }
    self.init(
      run: run.identity.id, epoch: run.epoch, startedAt: run.createdAt,
      settings: try JSONDecoder().decode(
        RunSettings.self, from: Data(run.identity.resultSettings.utf8)),
      engines: records.filter { $0.state == .done }.map { record in
        Engine(
          slug: record.slug, jobs: jobs[record.slug] ?? [],
          rejected: rejected[record.slug]?.map(\.id) ?? [])
      },
      unverified: records.filter { $0.state != .done }.map { record in
        Unverified(
          slug: record.slug, isSkipped: record.state == .skipped,
          state: record.reason.map { "\(record.state.rawValue): \($0)" } ?? record.state.rawValue)
      },
      warnings: try await ledger.warnings(), facts: facts)
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
