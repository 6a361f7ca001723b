import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink

/// M4: what the target refuses of one range, found by trials of its rows, each of which is taken back.
struct RefusedRows {
  let scripts: ChunkScripts
  let job: Job
  let lane: StreamLane
  let quarantines: Bool

  /// The refused rows, whole. Leaves the source's session in the snapshot that they were found in, and the
  /// target's without a transaction. Throws `.failEngine` where they may not be set aside: without
  /// `--quarantine`, or because there are too many.
  func find() async throws -> [RejectedRow] {
    let ids = try await beginTrials()
    let limit = RejectionLimit.rows(of: ids.count)
    let found = try await RejectionSearch(
      range: job.range, ids: ids, enough: quarantines ? limit + 1 : RejectionLimit.named,
      refusal: refusal
    ).run()
    guard quarantines || found.isEmpty else {
      throw refused(
        found, "\(found.count == RejectionLimit.named ? "at least " : "")\(found.count) rows",
        hint:
          "Correct them at the source, then: orchestrator resume. Or set such rows aside and copy "
          + "the rest: orchestrator resume --quarantine.")
    }
    guard found.count <= limit else {
      throw refused(
        found, "more than \(limit) of the \(ids.count) rows",
        hint:
          "That is no matter of single rows, and they were not set aside: compare the source with "
          + "what the schema pack expects, and correct it; then: orchestrator resume.")
    }
    _ = try await lane.goOn("rollback", on: .target, scripts.searching(job))
    var rows: [RejectedRow] = []
    for row in found { rows.append(try await wholeRow(row)) }
    return rows
  }

  /// Opens the snapshot and the transaction of the trials; returns every id of the range.
  private func beginTrials() async throws -> [UUID] {
    let rows = try await lane.begin(
      scripts.beginSearch(of: job), on: .source, scripts.searching(job))
    _ = try await lane.goOn(scripts.beginTrials(of: job), on: .target, scripts.searching(job))
    var ids: [UUID] = []
    for row in rows { ids.append(try row.uuid("id")) }
    return ids
  }

  private func refusal(of part: IDRange) async throws -> String? {
    do {
      _ = try await lane.goOn(scripts.trial(part, of: job), progress: CopyProgress())
      return nil
    } catch let refusal as RowRefusal where refusal.isAboutRow(of: scripts.engine.schema) {
      return refusal.constraint
    }
  }

  private func wholeRow(_ refused: RejectionSearch.Refused) async throws -> RejectedRow {
    let rows = try await lane.goOn(
      scripts.wholeRow(refused.id), on: .source, scripts.searching(job))
    guard let row = rows.first else {
      throw PostgresError(
        kind: .protocolViolation, message: "a row has vanished from a snapshot",
        operation: scripts.searching(job))
    }
    return RejectedRow(
      engine: scripts.engine.slug, id: refused.id, constraint: refused.constraint,
      json: try row.text("row"))
  }

  private func refused(
    _ rows: [RejectionSearch.Refused], _ amount: String, hint: String
  ) -> JobFailure {
    let named = Dictionary(grouping: rows, by: \.constraint).sorted { $0.key < $1.key }
      .map { constraint, rows in
        let ids = rows.prefix(RejectionLimit.named).map(\.id.text).joined(separator: ", ")
        let more = rows.count - RejectionLimit.named
        return "\(constraint): \(ids)" + (more > 0 ? " and \(more) more" : "")
      }
    return JobFailure(
      fate: .failEngine, code: SQLState.checkViolation.rawValue,
      message: "M4: the target refuses \(amount) of \(job.name), by constraint "
        + named.joined(separator: "; "), hint: hint)
  }
}
