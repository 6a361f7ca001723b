import Foundation
import Ledger
import Mapping
import Migration
import PostgresLink

extension EngineRecord {
  /// An engine that takes part.
  init(_ engine: EngineContext) {
    self.init(
      slug: engine.slug, id: engine.engine.id, name: engine.engine.name,
      language: engine.engine.language, dimensions: engine.dimensions,
      expectedRows: engine.expectedRows, expectedBytes: engine.expectedBytes)
  }

  /// An engine that is left out, with the reason.
  init(_ skipped: EngineSelection.Skipped) {
    self.init(
      slug: skipped.slug, id: nil, name: "", state: .skipped,
      reason: "\(skipped.reason.rule.rawValue): \(skipped.reason.message)")
  }
}

extension LedgerFact {
  /// A fact of the target.
  init(_ fact: Fact) {
    self.init(job: fact.job, kind: fact.kind.rawValue, key: fact.key, json: fact.value)
  }
}

extension Ledger {
  /// Keeps what jobs have told the target; a lost answer may have kept it from here.
  func recordFacts(of facts: [Fact]) async throws {
    try await recordWarnings(try facts.compactMap { try $0.warning() })
    try await recordFacts(facts.map(LedgerFact.init))
  }
}

extension DatabaseIdentities {
  /// As the ledger keeps them.
  var fingerprints: [DatabaseRole: DatabaseFingerprint] {
    [.accounts: accounts.fingerprint, .shard: shard.fingerprint, .target: target.fingerprint]
  }
}

extension DatabaseIdentity {
  var fingerprint: DatabaseFingerprint {
    DatabaseFingerprint(
      systemIdentifier: systemIdentifier, databaseOID: UInt32(clamping: databaseOID),
      timeline: Int(timeline), address: address)
  }
}
