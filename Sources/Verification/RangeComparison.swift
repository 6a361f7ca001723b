import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// Compares ranges over one lane, with both servers at work at the same time.
struct RangeComparison: Sendable {
  let lane: VerifyLane
  let progress: VerifyProgress
  /// The bytes that cross the network: statements and answers.
  let bytes: Counter

  /// One side's sums of a range.
  private struct Side: Sendable {
    var physical: RangeFingerprint
    var content: MemorySum
  }

  func compare(_ ranges: [MemoryRange]) async throws -> VerifyCheck {
    var check = VerifyCheck(.memoryChecksums)
    let open = try await ranges.isEmpty ? [] : unproven(ranges, &check)
    guard !open.isEmpty else { return check }
    async let sources = sides(open.map { sums($0, $0.source, $0.leftOut) }, lane.shard)
    async let targets = sides(open.map { sums($0, $0.target, []) }, lane.target)
    let both = try await (sources, targets)
    for (index, range) in open.enumerated() {
      let (source, target) = (both.0[index], both.1[index])
      check.looked += source.content.rows
      if source.content == target.content {
        try progress.record(range.chunk, source: source.physical, target: target.physical)
      } else {
        try await narrow(range, &check)
      }
    }
    return check
  }

  /// Leaves out ranges that an interrupted verification has proven and that have not changed since.
  private func unproven(
    _ ranges: [MemoryRange], _ check: inout VerifyCheck
  ) async throws -> [MemoryRange] {
    let proven = ranges.filter { progress.proof(of: $0.chunk) != nil }
    guard !proven.isEmpty else { return ranges }
    async let sources = results(proven.map { physical($0.source, $0.chunk) }, lane.shard)
    async let targets = results(proven.map { physical($0.target, $0.chunk) }, lane.target)
    let both = try await (sources, targets)
    var skipped: Set<JobName> = []
    for (index, range) in proven.enumerated() {
      let source = try RangeFingerprint(both.0[index])
      let target = try RangeFingerprint(both.1[index])
      let proof = progress.proof(of: range.chunk)
      guard proof?.source == source.text, proof?.target == target.text else { continue }
      skipped.insert(range.chunk.name)
      check.looked += source.rows - range.leftOut.count
    }
    return ranges.filter { !skipped.contains($0.chunk.name) }
  }

  // MARK: Statements

  private func physical(_ table: MemoryTable, _ chunk: Job) -> String {
    RangeFingerprint.statement(schema: table.schema, range: chunk.range)
  }

  private func sums(_ range: MemoryRange, _ table: MemoryTable, _ leftOut: [UUID]) -> [String] {
    [
      physical(table, range.chunk),
      MemoryChecksum.sums(of: table, in: range.chunk.range, leavingOut: leftOut),
    ]
  }

  private func sides(
    _ statements: [[String]], _ connection: PostgresConnection
  ) async throws -> [Side] {
    let results = try await results(statements.flatMap { $0 }, connection)
    return try stride(from: 0, to: results.count, by: 2).map { index in
      Side(physical: try RangeFingerprint(results[index]), content: try sum(results[index + 1]))
    }
  }

  private func results(
    _ statements: [String], _ connection: PostgresConnection
  ) async throws(PostgresError) -> [[SQLRow]] {
    let script = statements.joined(separator: ";\n")
    bytes.add(script.utf8.count + statements.count * Self.answerBytes)
    return try await connection.inReadOnlySnapshot { connection throws(PostgresError) in
      try await connection.script(script, operation: "summing memories")
    }
  }

  /// The bytes of one sum on the wire, with the protocol's own.
  private static let answerBytes = 200

  private func sum(_ rows: [SQLRow]) throws(PostgresError) -> MemorySum {
    guard let row = rows.first else {
      throw PostgresError(kind: .protocolViolation, message: "the server gave no sum")
    }
    return try MemorySum(row)
  }
}

// MARK: - Where a range differs

extension RangeComparison {
  /// Narrows a difference from the range to its buckets, and from those to ids and columns.
  private func narrow(_ range: MemoryRange, _ check: inout VerifyCheck) async throws {
    async let sources = buckets(range, range.source, range.leftOut, lane.shard)
    async let targets = buckets(range, range.target, [], lane.target)
    let both = try await (sources, targets)
    let differing = Set(both.0.keys).union(both.1.keys).filter { both.0[$0] != both.1[$0] }
    async let sourceRows = rows(range, range.source, range.leftOut, differing, lane.shard)
    async let targetRows = rows(range, range.target, [], differing, lane.target)
    let rows = try await (sourceRows, targetRows)
    let before = check.findingsTotal
    report(range.engine.slug, rows.0, rows.1, &check)
    guard check.findingsTotal == before else { return }
    check.fail(
      VerifyFinding(
        engine: range.engine.slug, "\(range.chunk.name) was changed while it was being compared"))
  }

  private func buckets(
    _ range: MemoryRange, _ table: MemoryTable, _ leftOut: [UUID],
    _ connection: PostgresConnection
  ) async throws -> [Int: MemorySum] {
    let sql = MemoryChecksum.bucketSums(of: table, in: range.chunk.range, leavingOut: leftOut)
    let rows = try await connection.inReadOnlySnapshot { connection throws(PostgresError) in
      try await connection.query(sql, operation: "narrowing a difference down")
    }
    bytes.add(sql.utf8.count + rows.count * Self.answerBytes)
    return try Dictionary(
      uniqueKeysWithValues: rows.map { (Int(try $0.integer("bucket")), try MemorySum($0)) })
  }

  /// The checksums of each row's columns, by id.
  private func rows(
    _ range: MemoryRange, _ table: MemoryTable, _ leftOut: [UUID], _ buckets: Set<Int>,
    _ connection: PostgresConnection
  ) async throws -> [UUID: [Substring]] {
    let sql = MemoryChecksum.columns(of: table, in: range.chunk.range, leavingOut: leftOut)
    let rows = try await connection.inReadOnlySnapshot { connection throws(PostgresError) in
      try await connection.query(
        sql, [.integerArray(buckets.map { Int64($0) })], operation: "finding what differs")
    }
    bytes.add(sql.utf8.count + rows.count * 2 * Self.answerBytes)
    return try Dictionary(
      uniqueKeysWithValues: rows.map {
        (try $0.uuid("id"), try $0.text("columns").split(separator: ","))
      })
  }

  private func report(
    _ engine: String, _ source: [UUID: [Substring]], _ target: [UUID: [Substring]],
    _ check: inout VerifyCheck
  ) {
    for id in Set(source.keys).union(target.keys).sorted(by: { $0.uuidString < $1.uuidString }) {
      let row = id.uuidString.lowercased()
      guard let old = source[id], let new = target[id] else {
        let place = source[id] == nil ? "is not at the source" : "is missing in the target"
        check.fail(VerifyFinding(engine: engine, row: row, "memory \(row) \(place)"))
        continue
      }
      for (index, name) in MemoryChecksum.columnNames.enumerated() where old[index] != new[index] {
        check.fail(
          VerifyFinding(
            engine: engine, row: row, column: name, "memory \(row): \(name) differs"))
      }
    }
  }
}
