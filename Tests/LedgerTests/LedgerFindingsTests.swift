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

  @Test func factTakesTheTargetsValue() async throws {
    var fact = Fact(
      engine: "acme", kind: .index, key: "i", job: .acmeRoster, json: #"{"a":1}"#)
    let other = Fact(engine: nil, kind: .agent, key: "i", job: .identities, json: "[]")
    try await ledger.recordFacts([other, fact])
    fact.value = #"{"a":2}"#
    try await ledger.recordFacts([fact])
    #expect(try await ledger.facts() == [fact, other])
    #expect(try await ledger.facts(kind: .agent) == [other])
  }

  @Test func badJSONIsRefusedAndNothingOfTheBatchStays() async throws {
    await expectError(.refusedChange) {
      try await ledger.recordFacts([
        Fact(engine: nil, kind: .warning, key: "1", job: .identities, json: "1"),
        Fact(engine: nil, kind: .warning, key: "2", job: .identities, json: "{"),
      ])
    }
    #expect(try await ledger.facts() == [])
  }
}
