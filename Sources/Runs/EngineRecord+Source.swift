import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink

extension EngineRecord {
  /// An engine that takes part.
  init(_ engine: MeasuredEngine) {
    self.init(
      slug: engine.slug, id: engine.engine.id, name: engine.engine.name,
      language: engine.engine.language, dimensions: engine.dimensions,
      expectedRows: engine.expectedRows, expectedBytes: engine.expectedBytes)
  }

  /// An engine that is left out, with the reason.
  init(_ skipped: EngineSelection.Skipped) {
    self.init(
      slug: skipped.slug, id: nil, name: "", state: .skipped, reason: skipped.explanation)
  }
}

extension MeasuredEngine {
  /// An engine of the source, with the measurements from the ledger.
  init(_ engine: OldEngine, _ record: EngineRecord) {
    self.init(
      engine: engine, dimensions: record.dimensions ?? 0, expectedRows: record.expectedRows,
      expectedBytes: record.expectedBytes)
  }
}

extension DatabaseIdentities {
  /// The fingerprints that the ledger keeps.
  var fingerprints: [DatabaseRole: DatabaseFingerprint] {
    [.accounts: accounts.fingerprint, .shard: shard.fingerprint, .target: target.fingerprint]
  }
}

extension DatabaseIdentity {
  /// The fingerprint that the ledger keeps.
  var fingerprint: DatabaseFingerprint {
    DatabaseFingerprint(
      systemIdentifier: systemIdentifier, databaseOID: UInt32(clamping: databaseOID),
      timeline: Int(timeline), address: address)
  }
}
