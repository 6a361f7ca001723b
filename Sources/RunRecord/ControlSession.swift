import Databases
import Foundation
import JobModel
import Logging
import PostgresLink

/// The session beside those of the jobs: it writes the heartbeat, reads the progress of index builds, and
/// finds the run's writer when the fence is lost. Every request is one statement, so that two callers never
/// share a transaction.
package actor ControlSession {
  private let sessions: DatabaseSessions
  private let run: RunBinding
  private var fence: Fence
  private var connection: PostgresConnection?

  package init(sessions: DatabaseSessions, run: RunBinding, fence: Fence) {
    self.sessions = sessions
    self.run = run
    self.fence = fence
  }

  private func open() async throws(PostgresError) -> PostgresConnection {
    if let connection, await connection.isOpen { return connection }
    let opened = try await sessions.target("control", answerMax: .seconds(20))
    // Another caller may have opened a session in the meantime.
    if let connection, await connection.isOpen {
      await opened.close()
      return connection
    }
    connection = opened
    return opened
  }

  /// Writes a sign of life of this instance; false if it is no longer the run's writer.
  package func beat() async throws(PostgresError) -> Bool {
    try await open().execute(
      SQL.heartbeat, [.uuid(run.instance.rawValue), .integer(Int64(fence.epoch))]) == 1
  }

  /// The mark of a job, whether it proves the job or not; nil if there is none.
  package func mark(of job: Job) async throws(PostgresError) -> Mark? {
    try await RunTables(try await open()).readPlan(engine: job.name.engine).marks[job.name]
  }

  /// Decides what a lost fence means, and raises the epoch again if a failover undid the takeover.
  package func decideFenceLoss() async throws(PostgresError) -> JobFailure {
    let connection = try await open()
    let row = try await RunTables(connection).readRun()
    switch FenceLossDecision.decide(row, run: run.id, mine: fence) {
    case .tryAgain:
      return JobFailure(fate: .retry, message: "the run's row was being written")
    case .raiseEpochAgain:
      try await connection.query(
        SQL.raiseEpochAgain,
        [
          .uuid(run.instance.rawValue), .text(encodeJSON(run.place)),
          .integer(Int64(fence.epoch)), .uuid(run.id),
        ])
      return JobFailure(
        fate: .reconcile, message: "the target went back to a state before this process took over")
    case .stop:
      return JobFailure(
        fate: .fenced, message: Self.whoWrites(row),
        hint: "This process has stopped and has written nothing since. Watch the other one with "
          + "its own ledger. Do not resume here while it runs.")
    }
  }

  private static func whoWrites(_ row: RunRow?) -> String {
    guard let row else { return "the target no longer carries this run" }
    let age = row.heartbeatAge.map { ", last seen \(Int($0)) s ago" } ?? ""
    return "another orchestrator has taken over the run: process \(row.place.pid) on "
      + "\(row.place.host) (epoch \(row.fence.epoch)\(age))"
  }

  /// The progress of this run's index builds.
  package func buildProgress() async throws(PostgresError) -> [BuildProgress] {
    var builds: [BuildProgress] = []
    let rows = try await open().query(
      SQL.buildProgress, [.text(sessions.names.prefix)])
    for row in rows {
      builds.append(
        BuildProgress(
          lane: String(try row.text("application_name").dropFirst(sessions.names.prefix.count)),
          phase: try row.text("phase"), percent: Int(try row.integer("percent"))))
    }
    return builds
  }

  /// What all jobs have told, as the target has it.
  package func facts() async throws(PostgresError) -> [Fact] {
    try await reading { tables throws(PostgresError) in try await tables.readFacts() }
  }

  /// The page of rows set aside (M4) behind a key, or the first; empty where there are no more.
  package func rejectedRows(
    after key: RejectedRow.Key?
  ) async throws(PostgresError) -> [RejectedRow] {
    try await reading { tables throws(PostgresError) in try await tables.readRejected(after: key) }
  }

  /// Engines whose memories have been dropped since their space was provisioned; true if the space was
  /// published.
  package func lostSpaces() async throws(PostgresError) -> [String: Bool] {
    try await reading { tables throws(PostgresError) in try await tables.lostSpaces() }
  }

  /// Over a new session where the last one was lost while nobody looked.
  // Not inlined: the optimizer of Swift 6.3 crashes when it splits an async function around an inlined
  // copy of this one ("While splitting coroutine").
  @inline(never)
  private func reading<Value: Sendable>(
    _ body: (RunTables) async throws(PostgresError) -> Value
  ) async throws(PostgresError) -> Value {
    do throws(PostgresError) {
      return try await body(RunTables(try await open()))
    } catch  where error.kind == .connectionLost {
      return try await body(RunTables(try await open()))
    }
  }

  package func facts(of engine: String) async throws(PostgresError) -> [Fact] {
    try await RunTables(try await open()).readFacts(engine: engine)
  }
}

/// The server's report of a running index build.
package struct BuildProgress: Sendable, Hashable {
  /// The lane that builds.
  package var lane: String
  /// `pg_stat_progress_create_index.phase`.
  package var phase: String
  /// Percent done of that phase.
  package var percent: Int
}
