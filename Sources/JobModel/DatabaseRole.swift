/// One of the three databases of a run. The raw value is its name in settings, messages and the ledger.
package enum DatabaseRole: String, Codable, CaseIterable, Hashable, Sendable {
  /// The old model's identities, orgs and engines; only read.
  case accounts
  /// The old model's memories, one schema for each engine; only read.
  case shard
  /// The new model's single database.
  case target
}
