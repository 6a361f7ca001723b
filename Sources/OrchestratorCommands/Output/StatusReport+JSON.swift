import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import Verification

/// `status --json`. Keys are never left out: what is not known or does not apply is null. Times are
/// ISO 8601 in UTC; rows and bytes are memories, done and in flight, but a job's are its own.
struct StatusJSON: Encodable {
  var run: Run
  var totals: Totals
  var controlPlane: [JobJSON]
  /// By what a person has to look at first: running, failed, drifted, pending, done, skipped.
  var engines: [Engine]
  var warnings: [Warning]
  /// M4: where the rows that were set aside are once the run has ended; null where there are none.
  @OrNull var rejectedRowsFile: String?

  struct Run: Encodable {
    var id: String
    var state: String
    var toolVersion: String
    var epoch: Int
    var createdAt: Date
    /// The last sign of life of a process at work.
    var seenAt: Date
    /// From the beginning until now, or until `seenAt` where no process is at work.
    var elapsedSeconds: Double
    /// Without the interruptions.
    var workedSeconds: Double
    @OrNull var process: Process?
    /// working, stopped or crashed: whether `state` and the states of jobs are still true.
    var processState: String
    /// When the process began, or, where none is at work, the last sign of life.
    @OrNull var processStateSince: Date?
    /// What the copies are slowed down to; null where they are not.
    @OrNull var rateLimitBytesPerSecond: Int?
    /// `host:port/database` of the target; null before the run is bound to one.
    @OrNull var target: String?
    /// Why its process stopped, where the run did not come to its end.
    @OrNull var stopReason: String?
  }

  struct Process: Encodable {
    var pid: Int
    var host: String
    var since: Date
  }

  struct Totals: Encodable {
    var enginesDone: Int
    var enginesFailed: Int
    var enginesDrifted: Int
    var enginesSkipped: Int
    /// Without the skipped ones.
    var enginesTotal: Int
    var jobsDone: Int
    var jobsTotal: Int
    var rowsDone: Int
    var rowsTotal: Int
    var bytesDone: Int
    var bytesTotal: Int
    /// Of the last 30 s, what is in flight included; where no process is at work, on the average over the
    /// time that the run was.
    var bytesPerSecond: Double
    var retries: Int
    var warnings: Int
    var rejectedRows: Int
    @OrNull var etaSeconds: Double?
  }

  struct Engine: Encodable {
    var slug: String
    var name: String
    var state: String
    /// It is `running`, and a process is there to run it.
    var atWork: Bool
    @OrNull var phase: String?
    /// Why it is failed, drifted or skipped.
    @OrNull var reason: String?
    var rowsDone: Int
    var rowsTotal: Int
    var bytesDone: Int
    var bytesTotal: Int
    var bytesPerSecond: Double
    var jobsDone: Int
    var jobsTotal: Int
    var retries: Int
    var warnings: Int
    var rejectedRows: Int
    @OrNull var lastError: ErrorJSON?
    var running: [JobJSON]
  }

  struct Warning: Encodable {
    var rule: String
    @OrNull var engine: String?
    var count: Int
    /// The first message.
    var example: String
    /// All of them, equal ones once.
    var messages: [Message]

    struct Message: Encodable {
      var text: String
      var count: Int
      /// The ids of the rows that it was said of.
      var rows: [String]
    }
  }
}

/// One job, as the ledger has it.
struct JobJSON: Encodable {
  var name: String
  var kind: String
  var state: String
  var attempts: Int
  /// Memory ids, `lo < id <= hi`; null is unbounded.
  @OrNull var lo: String?
  @OrNull var hi: String?
  var expectedRows: Int
  var expectedBytes: Int
  /// Written; of a running job: in flight.
  var rows: Int
  var bytes: Int
  @OrNull var lane: String?
  @OrNull var startedAt: Date?
  @OrNull var finishedAt: Date?
  /// Of an index build, in the server's words.
  @OrNull var phase: String?
  /// Within the phase.
  @OrNull var percent: Double?
  @OrNull var lastError: ErrorJSON?
}

/// Why an attempt failed.
struct ErrorJSON: Encodable {
  @OrNull var sqlstate: String?
  var message: String
  @OrNull var hint: String?
}

extension StatusJSON {
  init(_ report: StatusReport) {
    let snapshot = report.snapshot
    let run = snapshot.run
    self.run = Run(
      id: run.identity.id.uuidString.lowercased(), state: run.state.rawValue,
      toolVersion: run.identity.toolVersion, epoch: run.epoch, createdAt: run.createdAt,
      seenAt: run.seenAt, elapsedSeconds: report.elapsed / .seconds(1),
      workedSeconds: run.worked / .seconds(1),
      process: report.process.map {
        Process(pid: Int($0.pid), host: $0.host, since: $0.since)
      },
      processState: report.processState.rawValue, processStateSince: report.processStateSince,
      rateLimitBytesPerSecond: report.bytesPerSecondMax,
      target: snapshot.databases[.target]?.address, stopReason: snapshot.stopReason)
    totals = Totals(snapshot, timeLeft: report.timeLeft)
    controlPlane = snapshot.controlPlane.map(JobJSON.init)
    engines = report.engines.map { Engine($0, isAtWork: report.process != nil) }
    warnings = report.warnings.map(Warning.init)
    rejectedRowsFile = snapshot.rejectedRows > 0 ? report.rejectedRowsFile : nil
  }
}

extension StatusJSON.Warning {
  init(_ group: WarningGroup) {
    self.init(
      rule: group.rule, engine: group.engine, count: group.count, example: group.messages[0].text,
      messages: group.messages.map { Message(text: $0.text, count: $0.count, rows: $0.rows) })
  }
}

extension StatusJSON.Totals {
  init(_ snapshot: LedgerSnapshot, timeLeft: Duration?) {
    let totals = RunTotals(snapshot)
    self.init(
      enginesDone: totals.enginesDone, enginesFailed: totals.engines[.failed] ?? 0,
      enginesDrifted: totals.engines[.drifted] ?? 0,
      enginesSkipped: totals.engines[.skipped] ?? 0, enginesTotal: totals.enginesTotal,
      jobsDone: totals.jobsDone, jobsTotal: totals.jobsTotal, rowsDone: totals.rowsDone,
      rowsTotal: totals.rowsTotal, bytesDone: totals.bytesDone, bytesTotal: totals.bytesTotal,
      bytesPerSecond: snapshot.bytesPerSecond, retries: totals.retries,
      warnings: totals.warnings, rejectedRows: snapshot.rejectedRows,
      etaSeconds: timeLeft.map { $0 / .seconds(1) })
  }
}

extension StatusJSON.Engine {
  init(_ status: EngineStatus, isAtWork: Bool) {
    self.init(
      slug: status.engine.slug, name: status.engine.name, state: status.engine.state.rawValue,
      atWork: isAtWork && status.engine.state == .running,
      phase: status.phase?.rawValue, reason: status.engine.reason, rowsDone: status.rowsDone,
      rowsTotal: status.rowsTotal, bytesDone: status.bytesDone, bytesTotal: status.bytesTotal,
      bytesPerSecond: status.bytesPerSecond, jobsDone: status.jobsDone,
      jobsTotal: status.jobsTotal, retries: status.retries, warnings: status.warnings,
      rejectedRows: status.rejectedRows, lastError: status.lastFailure.map(ErrorJSON.init),
      running: status.running.map(JobJSON.init))
  }
}

extension JobJSON {
  init(_ record: JobRecord) {
    let job = record.job
    self.init(
      name: job.name.description, kind: job.name.kind.rawValue, state: record.state.rawValue,
      attempts: record.attempts, lo: job.range.lo?.uuidString.lowercased(),
      hi: job.range.hi?.uuidString.lowercased(), expectedRows: job.expectedRows,
      expectedBytes: job.expectedBytes, rows: record.progress?.rows ?? record.rows,
      bytes: record.progress?.bytes ?? record.bytes, lane: record.lane,
      startedAt: record.startedAt, finishedAt: record.finishedAt, phase: record.progress?.phase,
      percent: record.progress?.percent, lastError: record.failure.map(ErrorJSON.init))
  }
}

extension ErrorJSON {
  init(_ failure: RecordedFailure) {
    self.init(sqlstate: failure.sqlState, message: failure.message, hint: failure.hint)
  }
}
