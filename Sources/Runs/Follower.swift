import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import PostgresLink
import RunRecord

/// The passes of one process over the sources of a run that is copied, with their records in the ledger.
struct Follower {
  let run: ClaimedRun
  let process: RunProcess
  /// Opened when needed, and kept for the next pass.
  private var open: OpenDatabases?
  /// The plan was made a moment ago. Whatever has changed since waits for the next pass, so that people who
  /// change all the time hold no pass up.
  private var isPlanFresh = true

  private var ledger: Ledger { run.ledger }

  init(run: ClaimedRun, process: RunProcess) {
    self.run = run
    self.process = process
  }

  /// One pass over everything; nil, without a pass, where identities or engines have changed: those are
  /// adopted first.
  mutating func pass() async throws -> Pass? {
    let open = try await databases()
    if !isPlanFresh, try await hasChanges(open) {
      await open.close()
      self.open = nil
      return nil
    }
    isPlanFresh = false
    return try await passOverMemories()
  }

  private mutating func databases() async throws -> OpenDatabases {
    if let open, await open.isReady() { return open }
    let opened = try await OpenDatabases(run.sessions)
    open = opened
    return opened
  }

  /// Whether identities, or the list of engines, are others than those that are in the target.
  private func hasChanges(_ open: OpenDatabases) async throws -> Bool {
    let now = try await open.accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      try await AccountsReader(connection: accounts).fingerprint()
    }
    guard try await RunTables(open.target).fingerprint(of: .identities) == now else { return true }
    let adoption = Adoption(
      known: try await ledger.engines(),
      selection: try await EngineReader(accounts: open.accounts, shard: open.shard)
        .select(run.claim.settings.engines),
      lostSpaces: try await RunTables(open.target).lostSpaces(), retriesFailed: false)
    return adoption.decisions.values.contains(where: \.changesPlan)
  }

  /// Catches up all engines that have not failed, and records what was done.
  func passOverMemories() async throws -> Pass {
    let records = try await ledger.engines()
    let failed = Set(records.filter { [.failed, .drifted].contains($0.state) }.map(\.slug))
    let published = Set(records.filter { $0.state == .done }.map(\.slug))
    let beganAt = Date()
    let pass = try await run.executor.pass(
      over: run.engines.filter { !failed.contains($0.slug) }, published: published)
    try await record(pass, beganAt)
    return pass
  }

  private func record(_ pass: Pass, _ beganAt: Date) async throws {
    for (slug, engine) in pass.engines.sorted(by: { $0.key < $1.key }) {
      if engine.rows.total > 0 {
        try await ledger.recordCatchUp(engine: slug, detail: engine.rows.summary)
      }
      try await ledger.recordRejectedRows(engine.rows.rejected)
      guard let failure = engine.failure else { continue }
      try await ledger.failEngine(slug, reason: failure.message)
      process.observer.note(RunEvent(.failed, job: .catchUp(engine: slug), failure: failure))
    }
    let rows = pass.rows
    try await ledger.recordPass(
      PassRecord(
        beganAt: beganAt, look: pass.look, spent: pass.spent, engines: pass.lookedAt,
        moved: pass.moved.count, new: rows.new, changed: rows.changed, gone: rows.gone))
    if rows.total > 0 {
      process.observer.note(
        "caught up \(rows.summary), in \(pass.moved.count) engines, in \(pass.spent.inSeconds)")
    }
    process.observer.update(try await ledger.snapshot())
  }
}

extension Duration {
  /// `1.2 s`, for notes.
  var inSeconds: String { String(format: "%.1f s", self / .seconds(1)) }
}

extension Adoption.Decision {
  /// Whether the plan has to follow it.
  fileprivate var changesPlan: Bool {
    switch self {
    case .goOn, .stayFailed, .measure, .keepPublished: false
    case .pickUp, .beginAgain, .leaveOut, .skip: true
    }
  }
}
