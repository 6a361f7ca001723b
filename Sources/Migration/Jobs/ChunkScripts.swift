import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// The scripts that copy one range, one for each server.
struct ChunkScripts {
  let fence: FenceStatement
  let engine: MeasuredEngine
  let columns: MemoryColumns

  /// A range's copy: fence with mark, COPY and commit, in one transaction.
  func copy(_ job: Job) -> CopyRequest {
    copy(job, source: readOnlySnapshot + ";\n", rejected: [])
  }

  /// The same in the source's snapshot that is open, and without the rows that were found refused in it.
  func copyRest(of job: Job, rejected: [RejectedRow]) -> CopyRequest {
    copy(job, source: "", rejected: rejected)
  }

  private func copy(_ job: Job, source begin: String, rejected: [RejectedRow]) -> CopyRequest {
    let ids = rejected.map(\.id)
    let source = [
      RangeState.statement(schema: engine.schema, range: job.range, leavingOut: ids),
      copyOut(job.range, leavingOut: ids), "commit",
    ].joined(separator: ";\n")
    return CopyRequest(
      operation: "\(job.name)", sourceScript: begin + source, columns: MemoryColumns.source.count
    ) { rows throws(PostgresError) in
      let range = try RangeState(rows)
      let mark = fence.text(for: job, rows: range.rows, fingerprint: range.state.watermark.text)
      return (["begin", mark] + RunTables.addingRejected(rejected, of: job) + [copyIn]).joined(
        separator: ";\n")
    }
  }

  private func copyOut(_ range: IDRange, leavingOut ids: [UUID] = []) -> String {
    fillVariables(
      SQL.copyReadRange, RangeFingerprint.variables(engine.schema, range, leavingOut: ids))
  }

  var copyIn: String {
    fillVariables(SQL.copyWriteRange, ["schema": engine.schema, "version": columns.version])
  }
}

// MARK: - Looking for refused rows (M4)

extension ChunkScripts {
  /// What is being done, for errors.
  func searching(_ job: Job) -> String { "\(job.name): looking for what is refused" }

  /// For the source: opens the snapshot of the search; returns the range's ids in order.
  func beginSearch(of job: Job) -> String {
    readOnlySnapshot + ";\n"
      + fillVariables(SQL.copyRangeIds, RangeFingerprint.variables(engine.schema, job.range))
  }

  /// For the target: a transaction in which every trial begins with the range as a copy would find it.
  func beginTrials(of job: Job) -> String {
    "begin;\nsavepoint trial"
  }

  /// Tries a part of the range: whether the target takes its rows. Takes back the trial before, and fails
  /// on a session that is not in the transaction of the trials, where it would commit itself.
  func trial(_ part: IDRange, of job: Job) -> CopyRequest {
    CopyRequest(
      operation: searching(job), sourceScript: copyOut(part), columns: MemoryColumns.source.count,
      ending: .leaveOpen
    ) { _ throws(PostgresError) in "rollback to savepoint trial;\n" + copyIn }
  }

  /// For the source: every column of a row, the ones that are not migrated too.
  func wholeRow(_ id: UUID) -> String {
    fillVariables(SQL.copyWholeRow, ["schema": engine.schema, "id": id.text])
  }
}
