import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// The rows that a catch-up found different and made equal.
package struct CaughtUp: Hashable, Sendable {
  /// Only the source had them.
  package var new = 0
  package var changed = 0
  /// Only the copy had them.
  package var gone = 0
  /// Rows set aside (M4).
  package var rejected: [RejectedRow] = []

  package var total: Int { new + changed + gone }

  /// `3 rows: 1 new, 2 changed, 0 gone`.
  package var summary: String {
    "\(total == 1 ? "1 row" : "\(total) rows"): \(new) new, \(changed) changed, \(gone) gone"
  }

  static func += (all: inout CaughtUp, more: CaughtUp) {
    all.new += more.new
    all.changed += more.changed
    all.gone += more.gone
    all.rejected += more.rejected
  }
}

/// Makes an engine's copy equal to its source, row by row. Each batch is one transaction with the engine's
/// mark; the last one carries the new watermark. After a crash the old watermark stands: the same rows are
/// candidates again, and those that were written are found equal.
struct CatchUp {
  let scripts: CatchUpScripts
  /// M4: rows that the target refuses are set aside, instead of failing the engine.
  let quarantines: Bool
  /// The space is published: what others have written there stays as it is.
  let isShared: Bool
  let shard: PostgresConnection
  let target: PostgresConnection
  let lane: StreamLane

  /// Rows of one transaction.
  private static let batchRows = 500

  private var engine: MeasuredEngine { scripts.engine }

  /// Compares what may differ, and writes what does. Throws if the target refuses rows that may not be set
  /// aside, or if people have changed rows of a published space that changed at the source, too.
  func run(_ copy: EngineCopy, _ movement: Movement, ranges: [IDRange]) async throws -> CaughtUp {
    let rejected = Set(try await rejectedIDs(copy))
    let finding = try await find(copy, movement, rejected, ranges)
    guard finding.conflicts.isEmpty else { throw conflict(finding.conflicts) }
    // A long transaction holds the watermark back: what was found equal is a candidate again, and there is
    // nothing to be written.
    if finding.differences.isEmpty, finding.watermark == copy.watermark { return CaughtUp() }
    return try await write(
      finding.differences, rejected, over: copy, reaching: finding.watermark)
  }

  /// How many rows differ; changes nothing. Of a published space, rows that others have written do not count.
  func count(_ copy: EngineCopy, _ movement: Movement, ranges: [IDRange]) async throws -> Int {
    let rejected = Set(try await rejectedIDs(copy))
    let differences = try await find(copy, movement, rejected, ranges).differences
    // Rows set aside are refused again; they are not new.
    return differences.count - differences.new.intersection(rejected).count
  }

  private struct Finding {
    var differences: RowDifferences
    var watermark: Watermark
    /// Of a published space: rows that changed both at the source and in the target.
    var conflicts: Set<UUID> = []
  }

  private func find(
    _ copy: EngineCopy, _ movement: Movement, _ rejected: Set<UUID>, _ ranges: [IDRange]
  ) async throws -> Finding {
    let found = try await DifferenceSearch(
      engine: engine, source: scripts.source, copy: scripts.copy, ranges: ranges,
      rejected: rejected, isShared: isShared, shard: shard, target: target
    ).find(movement)
    var finding = Finding(differences: found.differences, watermark: found.state.watermark)
    if isShared { try await leaveOthersRows(&finding) }
    return finding
  }

  // Not inlined: the optimizer of Swift 6.3 crashes when it splits an async function around an inlined
  // copy of this one ("While splitting coroutine").
  @inline(never)
  private func rejectedIDs(_ copy: EngineCopy) async throws -> [UUID] {
    guard copy.rejected > 0 else { return [] }
    return try await RunTables(target).rejectedIDs(engine: engine.slug)
  }

  // MARK: - Writing

  private func write(
    _ differences: RowDifferences, _ rejected: Set<UUID>, over copy: EngineCopy,
    reaching watermark: Watermark
  ) async throws -> CaughtUp {
    var outcome = CaughtUp()
    var copy = copy
    var waiting = batches(of: differences)
    let limit = RejectionLimit.rows(of: differences.new.count + differences.changed.count)
    while let batch = waiting.popFirst() {
      let isLast = waiting.isEmpty
      do {
        try await write(
          batch, differences, rejected, &copy, &outcome,
          watermark: isLast ? watermark : copy.watermark)
      } catch let refusal as RowRefusal {
        guard refusal.isAboutRow(of: engine.schema) else { throw refusal.error }
        if batch.ids.count > 1 {
          waiting.insert(contentsOf: batch.halves, at: waiting.startIndex)
        } else {
          guard quarantines, outcome.rejected.count < limit else {
            throw refused(batch.ids, refusal, limit: limit)
          }
          let row = try await wholeRow(batch.ids, refusal)
          outcome.rejected.append(contentsOf: row)
          waiting.insert(Part(ids: batch.ids, rejected: row), at: waiting.startIndex)
        }
      }
    }
    return outcome
  }

  /// The rows of one transaction, until the target refuses one of them.
  private struct Part {
    var ids: [UUID]
    /// Set: the row is set aside instead of being written.
    var rejected: [RejectedRow] = []

    var halves: [Part] {
      let middle = ids.count / 2
      return [Part(ids: Array(ids[..<middle])), Part(ids: Array(ids[middle...]))]
    }
  }

  /// One batch at least: it carries the watermark.
  private func batches(of differences: RowDifferences) -> ArraySlice<Part> {
    let ids = differences.new.union(differences.changed).union(differences.gone)
      .sorted { $0.uuidString < $1.uuidString }
    let parts = ids.batches(of: Self.batchRows).map { Part(ids: $0) }
    return parts.isEmpty ? [Part(ids: [])] : parts[...]
  }

  private func write(
    _ part: Part, _ differences: RowDifferences, _ rejected: Set<UUID>, _ copy: inout EngineCopy,
    _ outcome: inout CaughtUp, watermark: Watermark?
  ) async throws {
    let isAside = !part.rejected.isEmpty
    let ids = Set(part.ids)
    let (new, changed) = (differences.new.intersection(ids), differences.changed.intersection(ids))
    let gone = differences.gone.intersection(ids)
    let batch = CatchUpScripts.Batch(
      written: isAside ? [] : Array(new.union(changed)),
      deleted: Array(changed.union(gone.subtracting(rejected))),
      restored: Array(ids.intersection(rejected)), rejected: part.rejected)
    let request = scripts.request(
      batch, after: copy, watermark: watermark, isShared: isShared)
    let copied = try await lane.copy(request, progress: CopyProgress())
    copy.rows += copied.rows - batch.deleted.count
    outcome.gone += gone.count
    guard !isAside else { return }
    outcome.new += new.count
    outcome.changed += changed.count
  }

  // MARK: - Rows that the target refuses (M4)

  private func wholeRow(_ ids: [UUID], _ refusal: RowRefusal) async throws -> [RejectedRow] {
    let row = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await shard.query(
        fillVariables(SQL.copyWholeRow, ["schema": engine.schema, "id": ids[0].text]))
    }.first
    // It was deleted in the meantime: the next pass finds it gone.
    guard let row else { return [] }
    return [
      RejectedRow(
        engine: engine.slug, id: ids[0], constraint: refusal.constraint,
        json: try row.text("row"))
    ]
  }

  private func refused(_ ids: [UUID], _ refusal: RowRefusal, limit: Int) -> JobFailure {
    let row = ids.first?.text ?? ""
    return JobFailure(
      fate: .failEngine, code: refusal.error.code?.rawValue,
      message: quarantines
        ? "M4: the target refuses more than \(limit) of the rows that changed, among them \(row) "
          + "(\(refusal.constraint))"
        : "M4: the target refuses memory \(row) (\(refusal.constraint))",
      hint: quarantines
        ? "That is no matter of single rows: compare the source with what the schema pack expects, and "
          + "correct it; then: orchestrator resume."
        : "Correct it at the source, then: orchestrator resume. Or set such rows aside: orchestrator "
          + "resume --quarantine.")
  }

  // MARK: - A published space

  /// Takes rows out that others than this run's jobs have written. Rows that are only in the target are
  /// people's own. A row that changed on both sides cannot be decided here.
  private func leaveOthersRows(_ finding: inout Finding) async throws {
    let ids = finding.differences.changed.union(finding.differences.gone)
    guard !ids.isEmpty else { return }
    let literal = "{" + ids.map(\.text).joined(separator: ",") + "}"
    let rows = try await target.query(
      fillVariables(SQL.catchUpForeignRows, ["schema": engine.schema, "ids": literal]))
    var foreign: Set<UUID> = []
    for row in rows { foreign.insert(try row.uuid("id")) }
    finding.conflicts = finding.differences.changed.intersection(foreign)
    finding.differences.gone.subtract(foreign)
    finding.differences.changed.subtract(foreign)
  }

  private func conflict(_ ids: Set<UUID>) -> JobFailure {
    let named = ids.map(\.text).sorted().prefix(5).joined(separator: ", ")
    return JobFailure(
      fate: .failEngine,
      message: "\(engine.slug) is published, and \(ids.count) of its memories have changed both in "
        + "the target and at the source since: \(named)",
      hint: "Decide which version holds, and write it in the target by hand.")
  }
}
