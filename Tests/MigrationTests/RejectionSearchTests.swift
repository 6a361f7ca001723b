import Foundation
import JobModel
import PostgresLink
import Synchronization
import Testing

@testable import Migration

/// M4: which rows of a range are refused, and when to stop looking.
@Suite struct RejectionSearchTests {
  /// A thousand ids in order, of which some are bad; counts the trials.
  private final class Target: Sendable {
    let ids = (0..<1_000).map { UUID.numbered($0) }
    let bad: Set<UUID>
    let trials = Mutex<[IDRange]>([])

    init(bad places: some Sequence<Int>) {
      bad = Set(places.map { UUID.numbered($0) })
    }

    func refusal(of part: IDRange) -> String? {
      trials.withLock { $0.append(part) }
      return ids.contains { bad.contains($0) && part.holds($0) } ? "memory_id_check" : nil
    }

    func search(
      enough: Int, range: IDRange = .all
    ) async throws -> [RejectionSearch.Refused] {
      try await RejectionSearch(range: range, ids: ids, enough: enough) { self.refusal(of: $0) }
        .run()
    }
  }

  @Test func `each bad row is found with its constraint, in order`() async throws {
    let target = Target(bad: [0, 499, 500, 999])
    let found = try await target.search(enough: 100)
    #expect(found.map(\.id) == [0, 499, 500, 999].map { UUID.numbered($0) })
    #expect(Set(found.map(\.constraint)) == ["memory_id_check"])
  }

  @Test func `a range whose rows have been corrected meanwhile costs one trial`() async throws {
    let target = Target(bad: [])
    #expect(try await target.search(enough: 100).isEmpty)
    #expect(target.trials.withLock(\.count) == 1)
  }

  @Test func `the first and the last part end where the range does`() async throws {
    let range = IDRange(lo: .numbered(-1), hi: .numbered(999))
    let target = Target(bad: [0, 999])
    _ = try await target.search(enough: 100, range: range)
    let trials = target.trials.withLock { $0 }
    #expect(trials.allSatisfy { $0.lo != nil })
    #expect(trials[0] == range)
  }

  @Test func `what is enough is counted over both halves, and ends the search`() async throws {
    let everything = Target(bad: 0..<1_000)
    #expect(try await everything.search(enough: 101).count == 101)
    // Two for each row that was found, and those of the way down.
    #expect(everything.trials.withLock(\.count) < 220)

    // 30 in the left half, 30 in the right one: neither alone is enough.
    let both = Target(bad: Array(0..<30) + Array(900..<930))
    #expect(try await both.search(enough: 50).count == 50)
  }

  @Test func `a half is not tried when it must be the refused one`() async throws {
    let target = Target(bad: [999])
    #expect(try await target.search(enough: 100).count == 1)
    // The whole, ten left halves, and the row itself.
    #expect(target.trials.withLock(\.count) == 12)
  }

  @Test func `rows that are refused only together are not told apart`() async throws {
    let ids = [UUID.numbered(1), .numbered(2)]
    let found = try await RejectionSearch(range: .all, ids: ids, enough: 100) { part in
      ids.allSatisfy { part.holds($0) } ? "together" : nil
    }.run()
    #expect(found.isEmpty)
  }

  @Test(arguments: [(0, 5), (3, 5), (50, 5), (100, 10), (4_000, 400), (1_000_000, 1_000)])
  func `a tenth of the range may be set aside`(_ rows: Int, _ limit: Int) {
    #expect(RejectionLimit.rows(of: rows) == limit)
  }
}

/// M4: which errors of the target are about a row.
@Suite struct RowRefusalTests {
  private func isAboutRow(_ code: String, schema: String? = nil, table: String? = nil) -> Bool {
    var error = PostgresError(kind: .server, code: SQLState(code), message: "")
    error.schema = schema
    error.table = table
    return RowRefusal(error: error).isAboutRow(of: "me_a")
  }

  @Test func `constraints of the memories, of a domain or of a trigger, and data exceptions are`() {
    #expect(isAboutRow("23514", schema: "me_a", table: "memory"))
    #expect(isAboutRow("23502", schema: "me_a", table: "memory"))
    #expect(isAboutRow("23514", schema: "public"))
    #expect(isAboutRow("23514"))
    #expect(isAboutRow("22P02"))
    #expect(isAboutRow("22000"))
  }

  @Test func `other tables, conflicts between rows, and a broken stream are not`() {
    #expect(!isAboutRow("23503", schema: "me_a", table: "embedding_queue"))
    #expect(!isAboutRow("23514", schema: "me_b", table: "memory"))
    #expect(!isAboutRow("23505", schema: "me_a", table: "memory"))
    #expect(!isAboutRow("23P01", schema: "me_a", table: "memory"))
    #expect(!isAboutRow("22P04"))
    #expect(!isAboutRow("53100"))
    #expect(!isAboutRow("42501"))
  }
}

extension UUID {
  /// Ids whose order is that of their numbers, from -1 on.
  fileprivate static func numbered(_ number: Int) -> UUID {
    let tail = UInt32(number + 1)
    return UUID(
      uuid: (
        1, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, UInt8(tail >> 24 & 0xff),
        UInt8(tail >> 16 & 0xff), UInt8(tail >> 8 & 0xff), UInt8(tail & 0xff)
      ))
  }
}

extension IDRange {
  fileprivate func holds(_ id: UUID) -> Bool {
    (lo.map { $0.uuidString < id.uuidString } ?? true)
      && (hi.map { id.uuidString <= $0.uuidString } ?? true)
  }
}
