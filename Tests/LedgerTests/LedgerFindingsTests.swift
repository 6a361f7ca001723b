import Foundation
import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerFindingsTests {
  let scratch: Scratch
  let ledger: Ledger

  init() async throws {
    scratch = try Scratch()
    ledger = try scratch.create()
  }

  @Test func sameWarningIsNotedOnce() async throws {
    let warnings = [
      MigrationWarning(rule: "R10", engine: "acme", row: "1", message: "cycle"),
      MigrationWarning(rule: "R10", engine: "acme", row: "2", message: "cycle"),
      MigrationWarning(rule: "R10", engine: "acme", row: nil, message: "cycle"),
      MigrationWarning(rule: "R10", engine: nil, row: nil, message: "cycle"),
      MigrationWarning(rule: "R11", engine: nil, row: nil, message: "cycle"),
      MigrationWarning(rule: "R11", engine: nil, row: nil, message: "other"),
    ]
    try await ledger.recordWarnings(warnings)
    try await ledger.recordWarnings(warnings.reversed())
    #expect(try await ledger.warnings() == warnings)
  }

  @Test func rejectedRowIsKeptWhole() async throws {
    let row = RejectedRow(
      engine: "acme", id: UUID(), constraint: "memory_id_check", json: #"{"content":"a\u0000b"}"#)
    try await ledger.recordRejectedRows([row])
    try await ledger.recordRejectedRows([row])
    #expect(try await ledger.rejectedRows() == [row])
    #expect(try await ledger.rejectedRows(engine: "acme") == [row])
    #expect(try await ledger.rejectedRows(engine: "other") == [])
  }

  @Test func factTakesTheTargetsValue() async throws {
    var fact = LedgerFact(job: .acmeRoster, kind: "index", key: "i", json: #"{"a":1}"#)
    let other = LedgerFact(job: .identities, kind: "principal", key: "i", json: "[]")
    try await ledger.recordFacts([other, fact])
    fact.json = #"{"a":2}"#
    try await ledger.recordFacts([fact])
    #expect(try await ledger.facts() == [fact, other])
    #expect(try await ledger.facts(kind: "principal") == [other])
  }

  @Test func badJSONIsRefusedAndNothingOfTheBatchStays() async throws {
    await expectError(.refusedChange) {
      try await ledger.recordFacts([
        LedgerFact(job: .identities, kind: "k", key: "1", json: "1"),
        LedgerFact(job: .identities, kind: "k", key: "2", json: "{"),
      ])
    }
    #expect(try await ledger.facts() == [])
  }
}
