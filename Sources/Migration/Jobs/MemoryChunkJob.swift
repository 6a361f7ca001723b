import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// `<slug>/memories/<n>`: one range, copied in binary form (M1–M4).
struct MemoryChunkJob {
  let scripts: ChunkScripts
  /// M4: rows that the target refuses are set aside, instead of failing the engine.
  let quarantines: Bool
  /// True when the range was copied before and is to be replaced.
  var replacing = false

  func run(_ job: Job, _ lane: StreamLane, progress: CopyProgress) async throws -> JobReceipt {
    do {
      return receipt(
        try await lane.copy(scripts.copy(job, replacing: replacing), progress: progress))
    } catch let refusal as PostgresError where refusal.refusesRow {
      return try await setAside(job, lane, progress)
    }
  }

  /// M4: finds the rows that the target refuses. Without `--quarantine` their engine fails. With it they
  /// are kept in full, and the other rows are copied.
  private func setAside(
    _ job: Job, _ lane: StreamLane, _ progress: CopyProgress
  ) async throws -> JobReceipt {
    let shard = try await lane.openShard("refused")
    defer { Task { await shard.close() } }
    let rejected = try await RejectionSearch(scripts: scripts, shard: shard, lane: lane)
      .rejected(of: job, replacing: replacing)
    guard quarantines else { throw refusal(of: rejected, job) }
    let request = scripts.copy(job, rejected: rejected, replacing: replacing)
    var receipt = receipt(try await lane.copy(request, progress: progress))
    receipt.rejected = rejected.map { row in
      RejectedRow(
        engine: scripts.engine.slug, id: row.id, constraint: row.constraint, json: row.row)
    }
    return receipt
  }

  private func receipt(_ outcome: CopyOutcome) -> JobReceipt {
    JobReceipt(rows: outcome.rows, bytes: outcome.bytes)
  }

  private func refusal(of rejected: [RejectedMemory], _ job: Job) -> JobFailure {
    let named = Dictionary(grouping: rejected, by: \.constraint).sorted { $0.key < $1.key }
      .map { constraint, rows in
        let ids = rows.prefix(5).map(\.id.text).joined(separator: ", ")
        return "\(constraint): \(ids)" + (rows.count > 5 ? " and \(rows.count - 5) more" : "")
      }
    return JobFailure(
      fate: .failEngine, code: SQLState.checkViolation.rawValue,
      message: "M4: the target refuses \(rejected.count) rows of \(job.name), by constraint "
        + named.joined(separator: "; "),
      hint:
        "Correct them at the source and run orchestrator resume. Or begin a run with --quarantine, "
        + "which sets such rows aside and copies the rest.")
  }
}
