import Foundation
import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerRejectedRowsTests {
  let scratch: Scratch
  let ledger: Ledger

  init() async throws {
    scratch = try Scratch()
    ledger = try scratch.create()
  }

  private func row(_ engine: String, _ number: Int, json: String = "{}") throws -> RejectedRow {
    let id = String(repeating: "0", count: 12 - "\(number)".count) + "\(number)"
    return RejectedRow(
      engine: engine, id: try #require(UUID(uuidString: "01900000-0000-7000-8000-\(id)")),
      constraint: "c", json: json)
  }

  /// Every page until there are no more.
  private func pages() async throws -> [[RejectedRow]] {
    var pages = [try await ledger.rejectedRows()]
    while let last = pages.last?.last {
      pages.append(try await ledger.rejectedRows(after: last.key))
    }
    return pages.dropLast()
  }

  @Test func rejectedRowIsKeptWhole() async throws {
    let row = RejectedRow(
      engine: "acme", id: UUID(), constraint: "memory_id_check", json: #"{"content":"a\u0000b"}"#)
    try await ledger.recordRejectedRows([row])
    try await ledger.recordRejectedRows([row])
    #expect(try await ledger.rejectedRows() == [row])
    #expect(try await ledger.rejectedIDs() == ["acme": [row.id]])
  }

  @Test func pagesEndWithTheirHundredthRow() async throws {
    let rows = try (0..<250).map { try row($0 < 130 ? "acme" : "bravo", $0) }
    try await ledger.recordRejectedRows(rows.reversed())
    let pages = try await pages()
    #expect(pages.map(\.count) == [100, 100, 50])
    #expect(Array(pages.joined()) == rows)
  }

  @Test func pagesOfLargeRowsAreShort() async throws {
    let large = "\"\(String(repeating: "x", count: 3 << 20))\""
    try await ledger.recordRejectedRows(try (0..<5).map { try row("acme", $0, json: large) })
    #expect(try await pages().map(\.count) == [2, 2, 1])
  }

  @Test func stretchIsReplacedAndTheRestStays() async throws {
    let rows = try (0..<6).map { try row($0 < 3 ? "acme" : "bravo", $0) }
    try await ledger.recordRejectedRows(rows)
    // Of the stretch behind 0 up to 3, only 3 is left, with another value.
    var kept = rows[3]
    kept.constraint = "d"
    try await ledger.replaceRejectedRows(after: rows[0].key, through: rows[3].key, by: [kept])
    #expect(try await ledger.rejectedRows() == [rows[0], kept, rows[4], rows[5]])
    try await ledger.replaceRejectedRows(after: rows[4].key, through: nil, by: [])
    #expect(try await ledger.rejectedRows() == [rows[0], kept, rows[4]])
    try await ledger.replaceRejectedRows(after: nil, through: nil, by: [])
    #expect(try await ledger.rejectedRows() == [])
  }
}
