import Foundation
import GRDB
import GRDBSQLite
import JobModel
import Testing

@testable import Ledger

/// What must not grow is counted in steps of SQLite's machine, which depend on no clock.
@Suite("Ledger: what a step costs, however large the run is")
struct LedgerCostTests {
  private let small: Scratch
  private let large: Scratch

  init() throws {
    small = try Scratch()
    large = try Scratch()
  }

  @Test func aJobsEndCostsTheSameHoweverManyAreDone() async throws {
    let few = try await stepsOfOneJob(in: small, beside: 50)
    let many = try await stepsOfOneJob(in: large, beside: 2_000)
    #expect(many < 2 * few)
  }

  @Test func aSnapshotCostsTheSameHoweverManyJobsAreDone() async throws {
    let few = try await stepsOfSnapshot(in: small, done: 50)
    let many = try await stepsOfSnapshot(in: large, done: 2_000)
    #expect(many < 2 * few)
  }

  @Test func anEnginesPlanCostsTheSameHoweverManyEnginesThereAre() async throws {
    let few = try await stepsOfPlan(in: small, beside: 20)
    let many = try await stepsOfPlan(in: large, beside: 500)
    #expect(many < 2 * few)
  }

  /// After each kind of change there is, and a removal.
  @Test func theSumsAreWhatTheJobsSay() async throws {
    let scratch = small
    let ledger = try await scratch.createPlanned()
    try await ledger.replacePlan(engine: nil, jobs: [Job(name: .identities, generation: 1)])
    try await ledger.complete(.space(engine: "acme"))
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    try await ledger.markPending(.chunk0, after: RecordedFailure(sqlState: nil, message: "cut"))
    scratch.clock.advance(seconds: 1)
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    scratch.clock.advance(seconds: 2)
    try await ledger.markDone(.chunk0, rows: 12, bytes: 1_200)
    try await ledger.markRunning(.chunk1, lane: "copy 1")
    try await ledger.markFailed(.chunk1, RecordedFailure(sqlState: nil, message: "bad"))
    try await expectSums(of: ledger)
    var plan = Array(Job.acme.dropLast())
    plan[1].generation = 2
    plan[2].expectedBytes = 7
    try await ledger.replacePlan(engine: "acme", jobs: plan)
    try await expectSums(of: ledger)
    _ = try await ledger.reconcile(with: plan.map(\.mark), plan: plan)
    try await expectSums(of: ledger)
    try await ledger.recordReset(engine: "acme", jobs: [])
    try await expectSums(of: ledger)
  }

  private func expectSums(of ledger: Ledger) async throws {
    let (kept, counted) = try await ledger.read("compare") { db, _ in
      (
        try Row.fetchAll(db, sql: "SELECT * FROM job_sum ORDER BY engine, kind, state")
          .map { "\($0)" },
        try Row.fetchAll(
          db,
          sql: """
            SELECT coalesce(engine, '') AS engine, kind, state, count(*) AS jobs,
              sum(max(attempts - 1, 0)) AS retries, sum(rows) AS rows, sum(bytes) AS bytes,
              sum(expected_rows) AS expected_rows, sum(expected_bytes) AS expected_bytes,
              sum(coalesce(finished_at - started_at, 0)) AS spent
            FROM job GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """
        ).map { "\($0)" }
      )
    }
    #expect(kept == counted)
  }

  private func stepsOfOneJob(in scratch: Scratch, beside count: Int) async throws -> Int {
    let ledger = try await ledger(in: scratch, chunks: count + 1, done: count)
    let last = JobName.memories(engine: "acme", number: count)
    return try await steps(ledger) { try await ledger.complete(last) }
  }

  private func stepsOfSnapshot(in scratch: Scratch, done count: Int) async throws -> Int {
    let ledger = try await ledger(in: scratch, chunks: count + 1, done: count)
    return try await steps(ledger) { _ = try await ledger.snapshot() }
  }

  private func stepsOfPlan(in scratch: Scratch, beside count: Int) async throws -> Int {
    let ledger = try scratch.create()
    let engines = (0...count).map { EngineRecord(slug: "engine\($0)", id: UUID(), name: "n") }
    try await ledger.saveEngines(engines)
    _ = try await ledger.reconcile(with: [], plan: engines.flatMap(LedgerScaleTests.plan))
    let jobs = Array(LedgerScaleTests.plan(of: engines[0]).prefix(3))
    return try await steps(ledger) {
      try await ledger.replacePlan(engine: "engine0", jobs: jobs)
    }
  }

  /// One engine with so many chunks, of which each that is done failed once before.
  private func ledger(in scratch: Scratch, chunks: Int, done: Int) async throws -> Ledger {
    let ledger = try scratch.create()
    try await ledger.saveEngines([.acme])
    let plan =
      [Job(name: .space(engine: "acme"), generation: 1)]
      + (0..<chunks).map { Job.chunk($0, .all) }
      + [Job(name: .roster(engine: "acme"), generation: 1)]
    _ = try await ledger.reconcile(with: [], plan: plan)
    try await ledger.write("fail once") { db, _ in
      try db.execute(sql: "UPDATE job SET attempts = 1, started_at = 1, error_message = 'gone'")
    }
    let marks = plan.dropLast().prefix(done + 1).map(\.mark)
    _ = try await ledger.reconcile(with: Array(marks), plan: plan)
    return ledger
  }

  private func steps(
    _ ledger: Ledger, of body: () async throws -> Void
  ) async throws -> Int {
    let counter = StepCounter()
    try await ledger.read("count steps") { db, _ in counter.start(db.sqliteConnection) }
    try await body()
    try await ledger.read("count no more") { db, _ in counter.stop(db.sqliteConnection) }
    return counter.steps
  }
}

/// Touched in the ledger's queue alone, while its caller waits.
private final class StepCounter: @unchecked Sendable {
  var steps = 0

  func start(_ connection: OpaquePointer?) {
    sqlite3_progress_handler(
      connection, 1,
      { counter in
        counter.map { Unmanaged<StepCounter>.fromOpaque($0).takeUnretainedValue().steps += 1 }
        return 0
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  func stop(_ connection: OpaquePointer?) {
    sqlite3_progress_handler(connection, 0, nil, nil)
  }
}
