import Databases
import Foundation
import JobModel
import LocalServers
import PostgresLink
import RunRecord
import Synchronization

@testable import Verification

extension VerifyFixture {
  /// Which run it is, for tests that have no ledger at hand.
  static let run = UUID()

  /// As beside the ledger.
  func progress(epoch: Int = 1, fromScratch: Bool = false) throws -> VerifyProgress {
    try VerifyProgress(
      path: ledger + "-verify", run: Self.run, epoch: epoch, fromScratch: fromScratch)
  }

  /// Verifies all that the target's own plan names, with no ledger and so without recorded warnings. What
  /// it has proven stays, as if it had been interrupted at the last moment.
  func verifyInProcess(
    _ progress: VerifyProgress
  ) async throws -> (checks: VerifyChecks, bytes: Int) {
    let databases = DatabaseSettings(
      accounts: try ConnectionSettings(
        name: "accounts", connectionString: self.databases.accountsURL),
      shard: try ConnectionSettings(name: "shard", connectionString: self.databases.shardURL),
      target: try ConnectionSettings(name: "target", connectionString: self.databases.targetURL))
    let sessions = DatabaseSessions(
      databases: databases, names: .verification(of: Self.run), owner: nil, isReadOnly: true,
      stop: try StopSignal())
    let target = try await sessions.target("plan")
    let jobs = try await RunTables(target).readPlan().jobs
    await target.close()
    let engines = Dictionary(grouping: jobs.filter { $0.name.engine != nil }) {
      $0.name.engine ?? ""
    }.map { slug, jobs in
      VerifyScope.Engine(
        slug: slug, chunks: jobs.filter { $0.name.kind == .memories }, indexNames: [], rejected: [])
    }.sorted { $0.slug < $1.slug }
    let scope = VerifyScope(
      run: Self.run, epoch: 1, startedAt: Date(), settings: RunSettings(textSearch: "gin"),
      engines: engines,
      unverified: [], warnings: [], facts: [])
    let verifier = try await Verifier.open(scope, sessions: sessions, streams: 2, deep: progress)
    let bytes = Mutex(0)
    let checks = try await verifier.run { step in
      if case .memories(_, _, let sent) = step { bytes.withLock { $0 = max($0, sent) } }
    }
    return (checks, bytes.withLock { $0 })
  }
}
