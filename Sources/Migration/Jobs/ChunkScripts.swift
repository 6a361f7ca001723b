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

  /// Copies a range. With `replacing`, DELETE, COPY and mark replace an earlier copy in one transaction;
  /// an UPDATE would change `updated_at`.
  func copy(_ job: Job, rejected: [RejectedMemory] = [], replacing: Bool = false) -> CopyRequest {
    let before = replacing ? [fence.forgettingMark(of: job)] : []
    let after = (replacing ? [deleteRange(of: job)] : []) + addRejected(rejected, job)
    return CopyRequest(
      operation: "\(job.name)", sourceScript: source(job.range, leavingOut: rejected.map(\.id)),
      columns: MemoryColumns.source.count
    ) { rows throws(PostgresError) in
      let range = try RangeFingerprint(rows)
      let mark = fence.text(for: job, rows: range.rows, fingerprint: range.text)
      return (["begin"] + before + [mark] + after + [copyIn]).joined(separator: ";\n")
    }
  }

  /// Tries in a transaction that is rolled back whether the target accepts a range's rows.
  func trial(_ range: IDRange, of job: Job, replacing: Bool) -> CopyRequest {
    let before = replacing ? [deleteRange(of: job)] : []
    return CopyRequest(
      operation: "\(job.name): searching for refused rows",
      sourceScript: source(range, leavingOut: []), columns: MemoryColumns.source.count,
      ending: "rollback"
    ) { _ throws(PostgresError) in
      (["begin"] + before + [copyIn]).joined(separator: ";\n")
    }
  }

  private func source(_ range: IDRange, leavingOut ids: [UUID]) -> String {
    [
      readOnlySnapshot,
      RangeFingerprint.statement(schema: engine.schema, range: range, leavingOut: ids),
      fillVariables(
        SQL.copyReadRange, RangeFingerprint.variables(engine.schema, range, leavingOut: ids)),
      "commit",
    ].joined(separator: ";\n")
  }

  private var copyIn: String {
    fillVariables(SQL.copyWriteRange, ["schema": engine.schema, "version": columns.version])
  }

  private func deleteRange(of job: Job) -> String {
    fillVariables(SQL.copyDeleteRange, RangeFingerprint.variables(engine.schema, job.range))
  }

  private func addRejected(_ rejected: [RejectedMemory], _ job: Job) -> [String] {
    guard !rejected.isEmpty else { return [] }
    let rows = "[" + rejected.map(\.factValue).joined(separator: ",") + "]"
    return [RunTables.addingRejected(rows, of: job)]
  }
}
