import LocalServers
import Planning
import PostgresLink
import RunRecord
import SchemaPack
import SourceScenes
import Testing

/// What a standby lacks of its primary is missing in the target, though all checks agree afterwards.
@Suite struct StandbyTests {
  @Test func `a standby that receives nothing is refused, unless somebody has paused it`()
    async throws
  {
    try await SourceScene.with { scene in
      try await TestServers.withCluster { primary in
        try await primary.run("create role reader login password 'reader'")
        try await TestServers.withStandby(of: primary) { standby in
          let urls = [
            standby.url(database: "postgres"),
            // Sees of the receiver only that it is there.
            standby.url(database: "postgres", role: "reader", password: "reader"),
          ]
          try await receiverIs(there: true, on: standby)
          for url in urls {
            let check = try await scene.check(standby: url)
            #expect(check.outcome == .warning, "\(check)")
            #expect(check.finding.hasPrefix("receives from its primary, 0 bytes behind"))
            #expect(check.finding.contains("who still writes to the primary cannot be seen"))
          }
          try await primary.stop(mode: .immediate)
          try await receiverIs(there: false, on: standby)
          for url in urls {
            let check = try await scene.check(standby: url)
            #expect(check.isFailed, "\(check)")
            #expect(check.finding.hasPrefix("receives nothing from its primary"))
            #expect(check.finding.contains("last transaction replayed"))
            #expect(check.remedy?.contains("pg_wal_replay_pause()") == true)
          }
          try await standby.run("select pg_wal_replay_pause();")
          for url in urls {
            let check = try await scene.check(standby: url)
            #expect(check.outcome == .passed, "\(check)")
            #expect(check.finding.contains("replay paused"))
          }
        }
      }
    }
  }

  @Test func `a standby that does not replay what it receives is refused`() async throws {
    try await SourceScene.with { scene in
      try await TestServers.withCluster { primary in
        try await TestServers.withStandby(of: primary) { standby in
          try await receiverIs(there: true, on: standby)
          try await standby.run(
            "alter system set recovery_min_apply_delay = '1d'; select pg_reload_conf();")
          try await primary.run("create table late ()")
          try await eventually("it is received") {
            try await standby.run(
              "select pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn();") == "t\n"
          }
          let check = try await scene.check(standby: standby.url(database: "postgres"))
          #expect(check.isFailed, "\(check)")
          #expect(check.finding.hasPrefix("receives from its primary, "))
          #expect(!check.finding.contains(" 0 bytes behind"))
        }
      }
    }
  }

  private func receiverIs(there: Bool, on standby: LocalCluster) async throws {
    try await eventually("the receiver is \(there ? "there" : "gone")") {
      try await standby.run(
        "select count(*) from pg_stat_wal_receiver where status = 'streaming';"
      ) == (there ? "1\n" : "0\n")
    }
  }
}

extension SourceScene {
  /// The check of a standby in the place of the accounts.
  fileprivate func check(standby url: String) async throws -> PreflightCheck {
    let checks = try await Preflight(
      accounts: try await open("accounts", url), shard: try await open("shard", databases.shardURL),
      target: try await open("target", databases.targetURL, .target),
      pack: try .builtIn(textSearch: .gin), settings: .gin, tuning: RunTuning()
    ).run()
    return try #require(checks.first { $0.title == "accounts is a standby" })
  }
}
