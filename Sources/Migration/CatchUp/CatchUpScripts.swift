import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// The scripts of one batch of a catch-up, one for each server.
struct CatchUpScripts {
  let fence: FenceStatement
  let engine: MeasuredEngine
  let columns: MemoryColumns
  let source: MemoryTable
  let copy: MemoryTable

  /// The rows of one transaction.
  struct Batch {
    /// Rows of the source that are written, new ones or ones that were deleted before in this transaction.
    var written: [UUID] = []
    /// Rows of the copy that are deleted.
    var deleted: [UUID] = []
    /// Rows that are set aside no longer (M4).
    var restored: [UUID] = []
    /// Rows that are set aside (M4).
    var rejected: [RejectedRow] = []
  }

  /// A batch in one transaction: the mark, the deletions, the copy, and a comparison of what was written with
  /// the source's checksums before the commit.
  ///
  /// - Parameters:
  ///   - before: the copy as the last mark tells it. Another process's batch in between makes this one fail.
  ///   - watermark: the mark's; nil where rows that differ are left.
  ///   - isShared: people write to the space, too, so the number of all rows proves nothing.
  func request(
    _ batch: Batch, after before: EngineCopy, watermark: Watermark?, isShared: Bool
  ) -> CopyRequest {
    let job = Job(name: .catchUp(engine: engine.slug), generation: before.generation)
    let read = fillVariables(
      SQL.catchUpReadRows, ["schema": engine.schema, "ids": literal(batch.written)])
    let sums = MemoryChecksum.sums(of: source, among: batch.written)
    return CopyRequest(
      operation: "\(job.name)",
      sourceScript: [readOnlySnapshot, sums, read, "commit"].joined(separator: ";\n"),
      columns: MemoryColumns.source.count,
      confirm: { source, target throws(PostgresError) in
        try Self.compare(source, target, isShared: isShared)
      },
      targetScript: { rows throws(PostgresError) in
        let arriving = try Self.sum(rows).rows
        return targetScript(
          batch, job, rows: before.rows - batch.deleted.count + arriving,
          watermark: watermark)
      })
  }

  private func targetScript(
    _ batch: Batch, _ job: Job, rows: Int, watermark: Watermark?
  ) -> String {
    let delete = fillVariables(
      SQL.catchUpDeleteRows, ["schema": engine.schema, "ids": literal(batch.deleted)])
    return
      ([
        "begin", fence.forgettingMark(of: job),
        fence.text(for: job, rows: rows, fingerprint: watermark?.text),
        RunTables.forgettingRejected(batch.restored, of: engine.slug),
      ] + RunTables.addingRejected(batch.rejected, of: job) + [
        delete, copyIn, confirmation(batch, rows),
      ])
      .joined(separator: ";\n")
  }

  private var copyIn: String {
    fillVariables(SQL.copyWriteRange, ["schema": engine.schema, "version": columns.version])
  }

  private func confirmation(_ batch: Batch, _ rows: Int) -> String {
    """
    select s.rows, s.checksum, t.total, \(rows) as expected
    from (\(MemoryChecksum.sums(of: copy, among: batch.written))) s,
      (\(fillVariables(SQL.rosterCountMemories, ["schema": engine.schema]))) t (total)
    """
  }

  private static func compare(
    _ source: [SQLRow], _ target: [SQLRow], isShared: Bool
  ) throws(PostgresError) {
    guard let row = target.first, try sum(source) == MemorySum(row) else {
      throw PostgresError(
        kind: .connectionLost, message: "the rows written are not those of the source")
    }
    let (total, expected) = (try row.integer("total"), try row.integer("expected"))
    guard isShared || total == expected else {
      throw PostgresError(
        kind: .connectionLost,
        message: "the space holds \(total) rows instead of \(expected), so another process has "
          + "caught it up in between")
    }
  }

  private static func sum(_ rows: [SQLRow]) throws(PostgresError) -> MemorySum {
    guard let row = rows.first else {
      throw PostgresError(kind: .protocolViolation, message: "the source gave no sum")
    }
    return try MemorySum(row)
  }

  private func literal(_ ids: [UUID]) -> String {
    "{" + ids.map(\.text).joined(separator: ",") + "}"
  }
}
