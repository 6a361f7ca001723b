import Foundation
import JobModel
import PostgresLink

/// Tells whether an engine's memories at the source are still what was copied.
struct SourceDrift {
  let engine: EngineContext

  /// The chunks whose source rows are no longer those of their mark.
  ///
  /// Throws `.retry` while a writer holds a lock on the table: what it has written is not visible yet,
  /// and would be missed.
  func rangesThatMoved(_ plan: TargetEvidence, shard: PostgresConnection) async throws -> [JobName]
  {
    let chunks = chunksInOrder(plan.jobs)
    let ends = chunks.dropLast().map(\.range.hi)
    let (writers, rows) = try await shard.inSourceSnapshot { shard throws(PostgresError) in
      let writers = try await shard.query(
        fillVariables(SQL.shardPendingWriters, ["schema": engine.schema]))
      let rows = try await shard.query(
        fillVariables(SQL.shardFingerprints, ["schema": engine.schema]), [.uuidArray(ends)],
        operation: "fingerprinting \(engine.slug)")
      return (writers, rows)
    }
    guard try writers.first?.integer("writers") == 0 else {
      throw JobFailure(
        fate: .retry, message: "\(engine.slug): a transaction at the source still writes memories")
    }
    var found: [Int: String] = [:]
    for row in rows {
      found[Int(try row.integer("range"))] = try RangeFingerprint([row]).text
    }
    return chunks.enumerated().filter { number, chunk in
      (found[number] ?? RangeFingerprint.empty) != plan.marks[chunk.name]?.fingerprint
    }.map(\.element.name)
  }

  private func chunksInOrder(_ jobs: [Job]) -> [Job] {
    let numbered = jobs.compactMap { job -> (number: Int, job: Job)? in
      guard case .memories(_, let number) = job.name else { return nil }
      return (number, job)
    }
    return numbered.sorted { $0.number < $1.number }.map(\.job)
  }
}
