import Databases
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// Refuses, before anything is written, identities that the target cannot hold (I6).
package struct IdentityCheck {
  let accounts: PostgresConnection
  let target: PostgresConnection
  let settings: RunSettings

  package init(
    accounts: PostgresConnection, target: PostgresConnection, settings: RunSettings
  ) {
    self.accounts = accounts
    self.target = target
    self.settings = settings
  }

  /// Throws `MappingError` with every refusal at once.
  package func run() async throws {
    let refusals = try await IdentityReader(userNames: settings.userNames)
      .read(accounts: accounts, target: target, hasTokenHash: true).refusals
    guard refusals.isEmpty else { throw MappingError(engine: nil, refusals: refusals) }
  }
}
