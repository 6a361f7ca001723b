import Foundation
import JobModel
import OldModel
import PostgresLink

/// One range of one engine's memories, on both sides.
struct MemoryRange: Sendable {
  let engine: VerifyScope.Engine
  let chunk: Job
  let source: MemoryTable
  let target: MemoryTable

  /// M4: rows set aside, which the target must not have.
  var leftOut: [UUID] { engine.rejected.filter { chunk.range.contains($0) } }
}

extension VerifyScope.Engine {
  /// The ranges in which the memories were copied. If they do not hold every id, a single range replaces
  /// them.
  var ranges: [Job] {
    let sorted = chunks.sorted { ($0.range.lo?.uuidString ?? "") < ($1.range.lo?.uuidString ?? "") }
    let isComplete =
      sorted.first?.range.lo == nil && sorted.last?.range.hi == nil
      && zip(sorted, sorted.dropFirst()).allSatisfy { $0.range.hi == $1.range.lo }
    guard isComplete, let first = sorted.first else {
      return [Job(name: .memories(engine: slug, number: 0), generation: 0)]
    }
    return first.range == .all ? [first] : sorted
  }
}
