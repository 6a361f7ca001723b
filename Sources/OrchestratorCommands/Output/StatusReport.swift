import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

/// What `status` knows: one value with a text and a JSON face.
struct StatusReport: Sendable {
  var snapshot: LedgerSnapshot
  /// Who is at work on the ledger right now; nil: nobody.
  var process: LedgerLock.Holder?
  var warnings: [WarningGroup]
  /// What went wrong with each engine that gave up, by its slug.
  var failures: [String: [RecordedFailure]]
  /// What the run may be slowed down to, in bytes per second; nil where it is not.
  var bytesPerSecondMax: Int?
  /// The run copies ahead and ends with a cutover.
  var isAhead = false
  /// Where the rows that were set aside (M4) are written once nothing is left to run.
  var rejectedRowsFile: String

  static func read(_ ledger: Ledger) async throws -> StatusReport {
    let snapshot = try await ledger.snapshot()
    let process = LedgerLock.holder(path: ledger.path)
    var failures: [String: [RecordedFailure]] = [:]
    for engine in snapshot.engines where engine.gaveUp {
      failures[engine.engine.slug] = try await ledger.jobs(engine: engine.engine.slug).failures
    }
    var report = StatusReport(
      snapshot: process == nil ? snapshot.atRest : snapshot, process: process,
      warnings: WarningGroup.groups(of: try await ledger.warnings()), failures: failures,
      bytesPerSecondMax: try? snapshot.run.tuning().bytesPerSecondMax,
      rejectedRowsFile: RejectedRowExport(ledger: ledger).path)
    report.isAhead = (try? snapshot.run.settings().isAhead) ?? false
    return report
  }

  /// As it is when this process, which holds the lock, is no longer at work on it.
  var afterwards: StatusReport {
    var report = self
    report.process = nil
    report.snapshot = snapshot.atRest
    return report
  }

  /// The engines that gave up, in the order of their slugs.
  var enginesGivenUp: [EngineStatus] { snapshot.engines.filter(\.gaveUp) }

  /// From the run's beginning until now, or until the last sign of life where nobody is at work.
  var elapsed: Duration {
    let end = process == nil ? snapshot.run.seenAt : snapshot.takenAt
    return .seconds(max(0, end.timeIntervalSince(snapshot.run.createdAt)))
  }

  /// Nil where it is not known, and where nobody is at work.
  var timeLeft: Duration? {
    process == nil ? nil : TimeEstimate.timeLeft(snapshot)
  }

  var totals: RunTotals { RunTotals(snapshot) }

  /// In the order of what a person has to look at first.
  var engines: [EngineStatus] {
    Self.order.flatMap { state in snapshot.engines.filter { $0.engine.state == state } }
  }

  private static let order: [EngineState] = [
    .running, .failed, .drifted, .pending, .done, .skipped,
  ]
}

/// The run in a few numbers; two that are equal say that nothing has happened between.
struct RunTotals: Hashable, Sendable {
  var state: RunState
  var engines: [EngineState: Int]
  var enginesTotal: Int
  var jobsDone: Int
  var jobsTotal: Int
  /// Of jobs planned so far: an engine's builds are known once its space is there.
  var indexesBuilt: Int
  var indexesTotal: Int
  var rowsDone: Int
  var rowsTotal: Int
  var bytesDone: Int
  var bytesTotal: Int
  var retries: Int
  var warnings: Int
  /// Every engine's copies and builds are in the plan: what is done of them may be all.
  var isPlanned: Bool

  init(_ snapshot: LedgerSnapshot) {
    let kinds = snapshot.kinds
    state = snapshot.run.state
    engines = Dictionary(grouping: snapshot.engines, by: \.engine.state).mapValues(\.count)
    enginesTotal = snapshot.engines.count - (engines[.skipped] ?? 0)
    jobsDone = kinds.values.map(\.jobsDone).reduce(0, +)
    jobsTotal = kinds.values.map(\.jobs).reduce(0, +)
    indexesBuilt = kinds[.index]?.jobsDone ?? 0
    indexesTotal = kinds[.index]?.jobs ?? 0
    rowsDone = snapshot.rowsDone
    rowsTotal = snapshot.rowsTotal
    bytesDone = snapshot.bytesDone
    bytesTotal = snapshot.bytesTotal
    retries = snapshot.controlPlane.map { max(0, $0.attempts - 1) }.reduce(snapshot.retries, +)
    warnings = snapshot.warnings
    isPlanned = enginesTotal > 0 && !snapshot.engines.contains { $0.lacksPlan }
  }

  var enginesDone: Int { engines[.done] ?? 0 }

  /// Every engine is published.
  var isDone: Bool { enginesDone == enginesTotal && enginesTotal > 0 }

  /// Every memory is there.
  var areRowsDone: Bool { isDone || rowsDone == rowsTotal && isPlanned }

  /// Every index is built.
  var areIndexesDone: Bool { isDone || indexesBuilt == indexesTotal && isPlanned }
}

extension EngineStatus {
  /// `resume` tries it again.
  var gaveUp: Bool { engine.state == .failed || engine.state == .drifted }

  /// Its copies and builds come into the plan once its space is there.
  var lacksPlan: Bool {
    switch engine.state {
    case .done, .skipped: false
    case .pending, .running, .failed, .drifted: jobsTotal == 0 || phase == .space
    }
  }
}

extension [JobRecord] {
  /// Of those that failed, each once.
  var failures: [RecordedFailure] {
    var seen: Set<RecordedFailure> = []
    return filter { $0.state == .failed }.compactMap(\.failure).filter { seen.insert($0).inserted }
  }
}
