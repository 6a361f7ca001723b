import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// M4: a complete row that the target refuses, with the constraint that refuses it.
package struct RejectedMemory: Hashable, Sendable {
  package var id: UUID
  package var constraint: String
  /// Every column of the old table, as JSON.
  package var row: String

  /// The fact's value: the row and the constraint.
  var factValue: String {
    "{\"id\":\"\(id.uuidString.lowercased())\",\"constraint\":\(encodeJSON(constraint)),\"row\":\(row)}"
  }
}

/// Finds the rows of a range that the target refuses, by halving the range. It knows no constraint, so it
/// works with every schema pack.
struct RejectionSearch {
  let scripts: ChunkScripts
  let shard: PostgresConnection
  let lane: StreamLane
  /// The limit of refused rows: a range with more of them has another problem than single rows.
  var limit = 1_000

  /// The refused rows of the job's range, in the order of their ids. Throws if they exceed the limit.
  func rejected(of job: Job, replacing: Bool) async throws -> [RejectedMemory] {
    let schema = scripts.engine.schema
    let bounds: [String: String?] = [
      "schema": schema, "lo": job.range.lo?.text, "hi": job.range.hi?.text,
    ]
    let rows = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await shard.query(fillVariables(SQL.copyRangeIds, bounds))
    }
    var ids: [UUID] = []
    for row in rows { ids.append(try row.uuid("id")) }
    let found = try await search(ids[...], below: job.range.lo, job, replacing)
    var rejected: [RejectedMemory] = []
    for (id, constraint) in found {
      rejected.append(
        RejectedMemory(id: id, constraint: constraint, row: try await wholeRow(id, schema)))
    }
    return rejected
  }

  private func search(
    _ ids: ArraySlice<UUID>, below lo: UUID?, _ job: Job, _ replacing: Bool
  ) async throws -> [(UUID, String)] {
    guard let last = ids.last else { return [] }
    let range = IDRange(lo: lo, hi: last)
    guard let refusal = try await refusal(of: range, job, replacing) else { return [] }
    guard ids.count > 1 else { return [(last, refusal)] }
    let middle = ids.startIndex + ids.count / 2
    let left = try await search(ids[..<middle], below: lo, job, replacing)
    guard left.count < limit else {
      throw JobFailure(
        fate: .failEngine, message: "\(job.name): the target refuses \(limit) rows or more",
        hint:
          "Compare the source with the schema pack: so many rows are no single mistakes.")
    }
    return left + (try await search(ids[middle...], below: ids[middle - 1], job, replacing))
  }

  /// The constraint, or the SQLSTATE if the server names no constraint; nil if every row is accepted.
  private func refusal(
    of range: IDRange, _ job: Job, _ replacing: Bool
  ) async throws -> String? {
    do {
      _ = try await lane.copy(
        scripts.trial(range, of: job, replacing: replacing), progress: CopyProgress())
      return nil
    } catch let error as PostgresError where error.refusesRow {
      return error.constraint ?? error.code?.rawValue ?? ""
    }
  }

  private func wholeRow(_ id: UUID, _ schema: String) async throws -> String {
    let rows = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await shard.query(
        fillVariables(SQL.copyWholeRow, ["schema": schema]), [.uuid(id)])
    }
    guard let row = rows.first else {
      throw JobFailure(
        fate: .retry, message: "\(schema): a row vanished during the search for refused rows")
    }
    return try row.text("row")
  }
}

extension PostgresError {
  /// Whether the target refused the content of a row: integrity constraints (class 23) and data exceptions
  /// (class 22), except for a mark that exists already.
  var refusesRow: Bool {
    guard kind == .server, let code, constraint != "mark_pkey" else { return false }
    return code.category == "23" || code.category == "22"
  }
}
