import Databases
import Foundation
import JobModel
import OldModel
import PostgresLink
import RunRecord

/// Proves that every migrated column of every memory is the same on both sides, range by range, from
/// sums that the servers compute.
struct MemoryVerifier: Sendable {
  let scope: VerifyScope
  /// The engines that the source has.
  let engines: [VerifyScope.Engine]
  /// The target's name of the version column, by slug; missing if there is no table.
  let versions: [String: String]
  let lanes: [VerifyLane]
  let progress: VerifyProgress

  func verify(_ report: @escaping @Sendable (Verifier.Step) -> Void) async throws -> VerifyChecks {
    var checks = VerifyChecks(deep: true)
    for engine in engines where versions[engine.slug] == nil {
      checks[.memoryChecksums].fail(
        VerifyFinding(engine: engine.slug, "there is no table to compare"))
    }
    let ranges = try await ranges()
    let (done, bytes) = (Counter(), Counter())
    let outcomes = try await spread(batches(of: ranges), over: lanes) { lane, batch in
      let comparison = RangeComparison(lane: lane, progress: progress, bytes: bytes)
      let outcome = try await comparison.compare(batch)
      report(
        .memories(done: done.add(batch.count), of: ranges.count, bytes: bytes.add(0)))
      return outcome
    }
    for outcome in outcomes { checks[.memoryChecksums].add(outcome) }
    return checks
  }

  /// All ranges, largest first, so that no lane ends long after the others.
  private func ranges() async throws(PostgresError) -> [MemoryRange] {
    let sourceSchemas = try await lanes[0].shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await ExtensionSchemas(of: shard)
    }
    let targetSchemas = try await ExtensionSchemas(of: lanes[0].target)
    return engines.flatMap { engine -> [MemoryRange] in
      guard let version = versions[engine.slug] else { return [] }
      return engine.ranges.map { chunk in
        MemoryRange(
          engine: engine, chunk: chunk,
          source: MemoryTable(
            schema: engine.schema, version: "embedding_version", extensions: sourceSchemas),
          target: MemoryTable(
            schema: engine.schema, version: version, extensions: targetSchemas))
      }
    }.sorted {
      ($1.chunk.expectedBytes, "\($0.chunk.name)") < ($0.chunk.expectedBytes, "\($1.chunk.name)")
    }
  }

  /// Small ranges share their round trips.
  private func batches(of ranges: [MemoryRange]) -> [[MemoryRange]] {
    var batches: [[MemoryRange]] = []
    var bytes = Int.max
    for range in ranges {
      let next = bytes.addingReportingOverflow(range.chunk.expectedBytes)
      if next.overflow || next.partialValue > Self.batchBytes
        || (batches.last?.count ?? 0) >= Self.batchRanges
      {
        batches.append([])
        bytes = 0
      }
      batches[batches.count - 1].append(range)
      bytes += range.chunk.expectedBytes
    }
    return batches
  }

  /// About two ranges of the default size, so that a lost batch is soon repeated.
  private static let batchBytes = 16 << 20
  private static let batchRanges = 20
}
