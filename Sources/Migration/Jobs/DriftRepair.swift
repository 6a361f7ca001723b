import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// Runs before a roster: makes the copy equal to the source, range by range, and detects a source that keeps
/// changing.
struct DriftRepair {
  let fence: FenceStatement
  let engine: MeasuredEngine
  /// M4: rows set aside from ranges that are copied again.
  let quarantines: Bool
  /// Publishes a source that keeps changing, with a warning.
  let isRehearsal: Bool
  let shard: PostgresConnection
  let target: PostgresConnection
  let lane: StreamLane

  /// What was done about it. Rows set aside are not in it: of all ranges they may be many, and the ledger
  /// follows the target's at the end.
  struct Outcome: Sendable {
    var warnings: [MigrationWarning] = []
    /// Chunks whose rows were replaced, with the rows they hold now.
    var repaired: [JobName: Int] = [:]
  }

  /// The number of repairs after which a source that still changes counts as drifted.
  private static let repairsMax = 2

  /// Returns when the source agrees with the marks. Throws `.drifted` if it keeps changing, except in a
  /// rehearsal, which publishes the last repair with a warning.
  func settle() async throws -> Outcome {
    var outcome = Outcome()
    for round in 0...Self.repairsMax {
      let drift = try await SourceDrift(engine: engine).look(
        try await RunTables(target).readPlan(engine: engine.slug), shard: shard)
      if drift.isAtRest { return outcome }
      if round == Self.repairsMax {
        guard isRehearsal else { throw drifted(drift) }
        outcome.warnings.append(
          warning("published as of the last repair; the source keeps changing: \(drift)"))
        return outcome
      }
      for job in drift.moved { try await repair(job, &outcome) }
    }
    return outcome
  }

  /// Compares the range by checksum and replaces it if it differs. If its rows only moved on disk (VACUUM
  /// FULL, CLUSTER), its mark is renewed. A range with rows set aside is always copied again, because
  /// they may have been corrected.
  private func repair(_ job: Job, _ outcome: inout Outcome) async throws {
    let facts = try await RunTables(target).readFacts(engine: engine.slug)
    guard let fact = facts.first(where: { $0.kind == .columns }) else {
      throw JobFailure(
        fate: .reconcile, message: "\(job.name): the target does not know its columns")
    }
    let columns = try fact.decoded(MemoryColumns.self)
    if try await !RunTables(target).hasRejected(job.name),
      let fingerprint = try await fingerprintIfEqual(job, columns)
    {
      return try await renewMark(of: job, fingerprint)
    }
    let scripts = ChunkScripts(fence: fence, engine: engine, columns: columns, replacing: true)
    let receipt = try await MemoryChunkJob(scripts: scripts, quarantines: quarantines)
      .run(job, lane, progress: CopyProgress())
    outcome.repaired[job.name] = receipt.rows
    outcome.warnings.append(
      warning("\(job.name) was copied again: the source had changed (\(receipt.rows) rows now)"))
  }

  /// The source's fingerprint if both sides' checksums of the range agree; read in one snapshot.
  private func fingerprintIfEqual(
    _ job: Job, _ columns: MemoryColumns
  ) async throws -> RangeFingerprint? {
    let old = MemoryTable(
      schema: engine.schema, version: "embedding_version",
      extensions: try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
        try await ExtensionSchemas(of: shard)
      })
    let new = MemoryTable(
      schema: engine.schema, version: columns.version,
      extensions: try await ExtensionSchemas(of: target))
    let (source, fingerprint) = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      let sums = try await shard.query(MemoryChecksum.sums(of: old, in: job.range))
      let range = try await shard.query(
        RangeFingerprint.statement(schema: engine.schema, range: job.range))
      return (sums, try RangeFingerprint(range))
    }
    let copied = try await target.query(MemoryChecksum.sums(of: new, in: job.range))
    guard let there = source.first, let here = copied.first else { return nil }
    return try MemorySum(there) == MemorySum(here) ? fingerprint : nil
  }

  private func renewMark(of job: Job, _ fingerprint: RangeFingerprint) async throws {
    let forget = fence.forgettingMark(of: job)
    let mark = fence.text(
      for: job, rows: fingerprint.rows, fingerprint: fingerprint.text)
    do {
      let held = try await target.script("begin;\n\(forget);\n\(mark)").last ?? []
      guard !held.isEmpty else { throw FenceLost() }
      try await target.script("commit")
    } catch {
      await target.rollBack()
      throw error
    }
  }

  private func warning(_ message: String) -> MigrationWarning {
    MigrationWarning(rule: "drift", engine: engine.slug, row: nil, message: message)
  }

  private func drifted(_ drift: SourceDrift.Finding) -> JobFailure {
    JobFailure(
      fate: .drifted, message: "the source does not stand still after two repairs: \(drift)",
      hint:
        "Stop the old app's writes to me_\(engine.slug), then run `orchestrator resume`. To publish a "
        + "live source for a rehearsal, begin the run with --rehearsal.")
  }
}
