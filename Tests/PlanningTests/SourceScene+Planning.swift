import LocalServers
import Planning
import PostgresLink
import RunRecord
import SchemaPack
import SourceScenes

extension SourceScene {
  func survey(shardURL: String? = nil) async throws -> SurveyReport {
    try await Survey(
      accounts: try await open("accounts", databases.accountsURL),
      shard: try await open("shard", shardURL ?? databases.shardURL)
    ).run()
  }

  /// The checks by their titles.
  func preflight(
    shardURL: String? = nil, targetURL: String? = nil, settings: RunSettings = .gin,
    textSearch: TextSearch = .gin, pack: SchemaPack? = nil, tuning: RunTuning = RunTuning()
  ) async throws -> [String: PreflightCheck] {
    let checks = try await Preflight(
      accounts: try await open("accounts", databases.accountsURL),
      shard: try await open("shard", shardURL ?? databases.shardURL),
      target: try await open("target", targetURL ?? databases.targetURL, .target),
      pack: try pack ?? .builtIn(textSearch: textSearch), settings: settings, tuning: tuning,
      allowsSkipped: false
    ).run()
    return Dictionary(uniqueKeysWithValues: checks.map { ($0.title, $0) })
  }

  func plan(
    _ settings: RunSettings = .gin, allowsSkipped: Bool = false
  ) async throws -> MigrationPlan {
    try await MigrationPlanner(
      accounts: try await open("accounts", databases.accountsURL),
      shard: try await open("shard", databases.shardURL),
      target: try await open("target", databases.targetURL, .target),
      pack: try .builtIn(textSearch: .gin), settings: settings, tuning: RunTuning(),
      allowsSkipped: allowsSkipped
    ).run()
  }
}

extension RunSettings {
  static let gin = RunSettings(textSearch: "gin")
}
