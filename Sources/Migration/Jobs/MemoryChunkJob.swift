import Foundation
import JobModel
import PostgresLink

/// `<slug>/memories/<n>`: one id range, copied binary to binary (M1–M3).
struct MemoryChunkJob {
  let environment: JobEnvironment
  let engine: EngineContext
  let columns: MemoryColumns

  func run(_ job: Job, _ lane: StreamLane, progress: CopyProgress) async throws -> JobReceipt {
    let outcome = try await lane.copy(request(for: job), progress: progress)
    let counted = try RangeFingerprint(outcome.sourceRows)
    guard counted.rows == outcome.rows else {
      preconditionFailure("\(job.name): one snapshot counted \(counted.rows), sent \(outcome.rows)")
    }
    return JobReceipt(rows: outcome.rows, bytes: outcome.bytes)
  }

  private func request(for job: Job) -> CopyRequest {
    let source: [String: String?] = [
      "schema": engine.schema, "lo": job.range.lo?.uuidString.lowercased(),
      "hi": job.range.hi?.uuidString.lowercased(),
    ]
    let copy = fillVariables(
      SQL.targetCopyChunk, ["schema": engine.schema, "version": columns.version])
    let statement = environment.fenceStatement
    return CopyRequest(
      operation: "\(job.name)", sourceScript: fillVariables(SQL.shardCopyChunk, source),
      columns: MemoryColumns.source.count
    ) { rows throws(PostgresError) in
      let range = try RangeFingerprint(rows)
      let fence = statement.text(for: job, rows: range.rows, fingerprint: range.text)
      return "begin;\n\(fence);\n\(copy)"
    }
  }
}

/// The count of a range's rows and the sum over their physical versions: differs when any row was
/// added, changed or deleted.
struct RangeFingerprint: Hashable, Sendable {
  var rows: Int
  private var versions: String

  init(_ rows: [SQLRow]) throws(PostgresError) {
    guard let row = rows.first else {
      throw PostgresError(kind: .protocolViolation, message: "the source gave no fingerprint")
    }
    self.rows = Int(try row.integer("rows"))
    versions = try row.text("fingerprint")
  }

  /// As marks keep it.
  var text: String { "\(rows)/\(versions)" }

  /// Of a range without rows.
  static let empty = "0/0"
}
