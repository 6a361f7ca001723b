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

  func run(_ job: Job, _ lane: StreamLane, progress: CopyProgress) async throws -> JobReceipt {
    do {
      return receipt(try await lane.copy(scripts.copy(job), progress: progress))
    } catch let refusal as RowRefusal {
      guard refusal.isAboutRow(of: scripts.engine.schema) else { throw refusal.error }
      return try await setAside(job, lane, progress)
    }
  }

  /// M4: finds the rows that the target refuses; without `--quarantine` their engine fails, with it they
  /// are kept whole, and the rest is copied. All of it in one snapshot of the source: a row that is
  /// corrected meanwhile is set aside as it was, and the mark shows that the source has moved since.
  private func setAside(
    _ job: Job, _ lane: StreamLane, _ progress: CopyProgress
  ) async throws -> JobReceipt {
    do {
      let search = RefusedRows(scripts: scripts, job: job, lane: lane, quarantines: quarantines)
      let rejected = try await search.find()
      let request = scripts.copyRest(of: job, rejected: rejected)
      var receipt = receipt(try await lane.goOn(request, progress: progress))
      receipt.rejected = rejected
      return receipt
    } catch {
      await lane.rollBack()
      guard let refusal = error as? RowRefusal else { throw error }
      throw refusal.error
    }
  }

  private func receipt(_ outcome: CopyOutcome) -> JobReceipt {
    JobReceipt(rows: outcome.rows, bytes: outcome.bytes)
  }
}
