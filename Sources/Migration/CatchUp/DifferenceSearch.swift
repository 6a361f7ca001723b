import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink

/// Finds the rows in which an engine's copy differs from its source, in one snapshot of the source. Reads
/// contents only on the servers: ids and checksums travel, a page or a range at a time.
struct DifferenceSearch {
  let engine: MeasuredEngine
  let source: MemoryTable
  let copy: MemoryTable
  /// The ranges in which the memories were copied, in the order of their ids.
  let ranges: [IDRange]
  /// Rows set aside (M4).
  let rejected: Set<UUID>
  /// People write to the space, too: they may have deleted a row that the source has.
  let isShared: Bool
  let shard: PostgresConnection
  let target: PostgresConnection

  /// The rows that differ, and the state of the source in which they do.
  struct Finding: Sendable {
    var differences: RowDifferences
    var state: SourceState
  }

  private static let candidatesPerPage = 5_000
  private static let rangesPerStatement = 50

  func find(_ movement: Movement) async throws -> Finding {
    do {
      let finding = try await search(movement)
      try await shard.script("commit")
      return finding
    } catch {
      await shard.rollBack()
      throw error
    }
  }

  private func search(_ movement: Movement) async throws -> Finding {
    let state = try await beginSnapshot()
    switch movement {
    case .none: return Finding(differences: RowDifferences(), state: state)
    case .candidates(let seen):
      var differences = RowDifferences()
      try await compareCandidates(since: seen, &differences)
      try await findGone(&differences)
      return Finding(differences: differences, state: state)
    case .everything:
      return Finding(differences: try await compareRanges(), state: state)
    }
  }

  private func beginSnapshot() async throws -> SourceState {
    let script = readOnlySnapshot + ";\n" + SourceState.statement(of: [engine.schema])
    guard let row = try await shard.script(script, operation: operation).last?.first else {
      throw PostgresError(kind: .protocolViolation, message: "the source told no state")
    }
    return try SourceState(row)
  }

  private var operation: String { "comparing \(engine.slug)" }

  // MARK: - Rows that may have been written

  private func compareCandidates(
    since seen: Watermark, _ differences: inout RowDifferences
  ) async throws {
    var last: UUID?
    while true {
      let page = try await checksums(
        MemoryChecksum.candidates(
          of: source, since: seen, after: last, limit: Self.candidatesPerPage), on: shard)
      guard !page.isEmpty else { return }
      let ids = page.keys.sorted { $0.uuidString < $1.uuidString }
      differences.compare(
        source: page,
        copy: try await checksums(MemoryChecksum.rows(of: copy, among: ids), on: target))
      guard page.count == Self.candidatesPerPage else { return }
      last = ids.last
    }
  }

  private func checksums(
    _ sql: String, on side: PostgresConnection
  ) async throws -> [UUID: String] {
    var checksums: [UUID: String] = [:]
    for row in try await side.query(sql, operation: operation) {
      checksums[try row.uuid("id")] = try row.text("checksum")
    }
    return checksums
  }

  // MARK: - Rows that are gone

  /// Counts the ranges of both sides, and merges the ids of those whose counts do not add up.
  private func findGone(_ differences: inout RowDifferences) async throws {
    let there = try await rangeCounts(on: shard)
    let here = try await rangeCounts(on: target)
    let added = Dictionary(grouping: differences.new.subtracting(rejected), by: number(of:))
    let aside = Dictionary(grouping: rejected, by: number(of:))
    for (number, range) in ranges.enumerated() {
      let expected =
        here[number, default: 0] + (added[number]?.count ?? 0) + (aside[number]?.count ?? 0)
      guard there[number, default: 0] != expected else { continue }
      try await mergeIDs(of: range, &differences)
    }
  }

  private func rangeCounts(on side: PostgresConnection) async throws -> [Int: Int] {
    let ends = SQLValue.uuidArray(ranges.dropLast().map(\.hi))
    let rows = try await side.query(
      MemoryChecksum.rangeCounts(of: engine.schema), [ends], operation: operation)
    var counts: [Int: Int] = [:]
    for row in rows { counts[Int(try row.integer("range"))] = Int(try row.integer("rows")) }
    return counts
  }

  /// The place of the range that holds an id: the first whose end is not before it.
  private func number(of id: UUID) -> Int {
    let id = id.uuidString
    var (low, high) = (0, ranges.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if let hi = ranges[middle].hi, hi.uuidString < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// An id that only the source has was written since the watermark, so it is known by now: anything else is
  /// a defect of the watermark, and nothing may be built on it.
  private func mergeIDs(of range: IDRange, _ differences: inout RowDifferences) async throws {
    let there = try await ids(of: range, on: shard)
    let here = try await ids(of: range, on: target)
    let aside = rejected.filter(range.contains)
    differences.gone.formUnion(here.union(aside).subtracting(there))
    let strays = there.subtracting(here).subtracting(aside).subtracting(differences.new)
    guard isShared || strays.isEmpty else {
      throw JobFailure(
        fate: .failEngine,
        message: "\(engine.slug): \(strays.count) memories of the source are not in the copy, "
          + "though none of them was written since: "
          + strays.map(\.text).sorted().prefix(5).joined(separator: ", "),
        hint: "Run orchestrator reset --engine \(engine.slug), then resume, and report this.")
    }
  }

  private func ids(of range: IDRange, on side: PostgresConnection) async throws -> Set<UUID> {
    let rows = try await side.query(
      fillVariables(SQL.copyRangeIds, RangeFingerprint.variables(engine.schema, range)),
      operation: operation)
    var ids: Set<UUID> = []
    for row in rows { ids.insert(try row.uuid("id")) }
    return ids
  }

  // MARK: - Every row

  /// Compares the sums of all ranges, and the rows of the ranges whose sums differ.
  private func compareRanges() async throws -> RowDifferences {
    var differences = RowDifferences()
    for batch in ranges.batches(of: Self.rangesPerStatement) {
      let there = try await sums(of: source, batch, on: shard)
      let here = try await sums(of: copy, batch, on: target)
      for (range, sums) in zip(batch, zip(there, here)) where sums.0 != sums.1 {
        let old = try await checksums(MemoryChecksum.rows(of: source, in: range), on: shard)
        let new = try await checksums(MemoryChecksum.rows(of: copy, in: range), on: target)
        differences.compare(source: old, copy: new)
        let known = Set(new.keys).union(rejected.filter(range.contains))
        differences.gone.formUnion(known.subtracting(old.keys))
      }
    }
    return differences
  }

  private func sums(
    of table: MemoryTable, _ ranges: [IDRange], on side: PostgresConnection
  ) async throws -> [MemorySum] {
    let script = ranges.map { MemoryChecksum.sums(of: table, in: $0) }
    var sums: [MemorySum] = []
    for rows in try await side.script(script.joined(separator: ";\n"), operation: operation) {
      guard let row = rows.first else {
        throw PostgresError(kind: .protocolViolation, message: "the server gave no sum")
      }
      sums.append(try MemorySum(row))
    }
    return sums
  }
}
