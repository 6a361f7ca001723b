import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// Finds out whether an engine's memories at the source are still those that were copied.
package struct SourceDrift {
  package let engine: MeasuredEngine

  /// The result of one check of the source.
  package struct Finding: Sendable, CustomStringConvertible {
    /// Chunks whose rows at the source no longer match their mark.
    package var moved: [Job]
    /// The number of transactions that hold the table for writing. Their rows are not visible yet and
    /// would be missed.
    package var writers: Int

    package var isAtRest: Bool { moved.isEmpty && writers == 0 }

    package var description: String {
      let ranges = moved.prefix(3).map { "\($0.name)" }.joined(separator: ", ")
      return "\(moved.count) ranges differ from what was copied"
        + (moved.isEmpty ? "" : " (\(ranges)\(moved.count > 3 ? ", …" : ""))")
        + (writers == 0 ? "" : "; \(writers) transactions hold the table for writing")
    }
  }

  /// Compares the source with the marks, as soon as no writer holds the table, or after five seconds.
  package func look(_ plan: MarkedPlan, shard: PostgresConnection) async throws -> Finding {
    let chunks = chunksInOrder(plan.jobs)
    let ends = SQLValue.uuidArray(chunks.dropLast().map(\.range.hi))
    let writers = try await waitForWriters(shard)
    let rows = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await shard.query(
        fillRowVersions(SQL.memoryFingerprints, ["schema": engine.schema]), [ends],
        operation: "fingerprinting \(engine.slug)")
    }
    var found: [Int: String] = [:]
    for row in rows { found[Int(try row.integer("range"))] = try row.text("fingerprint") }
    let moved = chunks.enumerated().filter { number, chunk in
      (found[number] ?? RangeFingerprint.empty) != plan.marks[chunk.name]?.fingerprint
    }
    return Finding(moved: moved.map(\.element), writers: writers)
  }

  /// The number of writers that are left after the wait.
  private func waitForWriters(_ shard: PostgresConnection) async throws -> Int {
    for attempt in 0... {
      let rows = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
        try await shard.query(fillVariables(SQL.memoryPendingWriters, ["schema": engine.schema]))
      }
      let writers = Int(try rows.first?.integer("writers") ?? 0)
      if writers == 0 || attempt == 20 { return writers }
      try await Task.sleep(for: .milliseconds(250))
    }
    return 0
  }

  private func chunksInOrder(_ jobs: [Job]) -> [Job] {
    let numbered = jobs.compactMap { job -> (number: Int, job: Job)? in
      guard case .memories(_, let number) = job.name else { return nil }
      return (number, job)
    }
    return numbered.sorted { $0.number < $1.number }.map(\.job)
  }

  package init(engine: MeasuredEngine) {
    self.engine = engine
  }
}
