import Databases
import Planning
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// The three sessions with which a run is opened. Each lane opens its own sessions later.
struct OpenDatabases {
  let accounts: PostgresConnection
  let shard: PostgresConnection
  let target: PostgresConnection

  init(_ sessions: DatabaseSessions) async throws(PostgresError) {
    accounts = try await sessions.accounts("main")
    shard = try await sessions.shard("main")
    target = try await sessions.target("main")
  }

  /// Whether all three still answer.
  func isReady() async -> Bool {
    for session in [accounts, shard, target] where await !session.isReady() { return false }
    return true
  }

  func close() async {
    await accounts.close()
    await shard.close()
    await target.close()
  }

  var identities: DatabaseIdentities {
    DatabaseIdentities(
      accounts: accounts.identity, shard: shard.identity, target: target.identity)
  }

  /// Checks everything that a run needs before its first write, and notes the warnings. Throws a refusal that
  /// lists every failed check with its remedy.
  func passPreflight(
    _ pack: SchemaPack, _ settings: RunSettings, _ tuning: RunTuning,
    _ observer: any RunObserver
  ) async throws {
    let checks = try await Preflight(
      accounts: accounts, shard: shard, target: target, pack: pack, settings: settings,
      tuning: tuning
    ).run()
    let failed = checks.filter(\.isFailed)
    guard failed.isEmpty else {
      let findings = failed.map { "  ✗ \($0.title): \($0.finding)\n    → \($0.remedy ?? "")" }
      throw RunError(
        .refused,
        "preflight found \(failed.count) of \(checks.count) checks failed; nothing was written\n"
          + findings.joined(separator: "\n"))
    }
    for check in checks where check.outcome == .warning {
      observer.note("preflight: ⚠ \(check.title): \(check.finding)")
    }
    observer.note("preflight: \(checks.count) checks passed")
  }
}
