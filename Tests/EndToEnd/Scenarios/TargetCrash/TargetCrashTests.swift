import Foundation
import JobModel
import Ledger
import LocalServers
import Testing

/// The target's server crashes in the middle of a run whose chunks do not wait for its disk.
@Suite struct TargetCrashTests {
  @Test func `committed chunks that vanish are copied again, and the run ends by itself`()
    async throws
  {
    // Nobody but a commit writes pages, and with them the log, to the disk.
    let quiet = ["bgwriter_lru_maxpages": "0", "autovacuum": "off"]
    try await TestServers.withCluster(settings: quiet) { target in
      try await Scene.with(target: target) { scene in
        let server = try await pid(
          of: target, "select split_part(pg_read_file('postmaster.pid'), e'\\n', 1);")
        try await stopLogWriter(of: target)
        let process = try await scene.launchHeld(
          Scene.start + ["--rate-limit", "100kB/s", "--synchronous-commit", "off"])
        try await scene.waitForDone(SmallSources.engines.count, .space, of: process)
        // No index is built either, whose end would write the log; the crash ends the barrier.
        let tables = SmallSources.engines.map { "me_\($0).memory" }.joined(separator: ", ")
        let noBuilds = try await Barrier(
          target, database: scene.database, "lock table \(tables) in row exclusive mode")
        try await waitForUnwrittenCommits(scene)
        kill(server, SIGQUIT)
        try await target.stop(mode: .immediate)
        try await target.start()
        _ = consume noBuilds
        try await scene.release()
        let ended = try await process.end()
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.contains("read the target's marks again"))
        #expect(try await !scene.events(.lost).isEmpty)
        try await scene.expectEqual()
        try await scene.expectNothingCopiedAgain()
        #expect(try await scene.roster().joined(separator: "\n") == SmallSources.roster)
      }
    }
  }

  /// Nobody but a commit that waits for the disk writes the log from now on.
  private func stopLogWriter(of target: LocalCluster) async throws {
    let sql = "select pid from pg_stat_activity where backend_type = 'walwriter';"
    kill(try await pid(of: target, sql), SIGSTOP)
  }

  private func pid(of target: LocalCluster, _ sql: String) async throws -> pid_t {
    let found = try await target.run(sql)
    return try #require(pid_t(found.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  /// Returns when marks have been committed since the log was last written: a crash takes them.
  private func waitForUnwrittenCommits(_ scene: Scene) async throws {
    var written = (position: "", marks: 0)
    try await eventually("marks are committed that are not in the log's files") {
      let found = try await scene.servers.target.rows(
        "select pg_current_wal_lsn(), count(*) from orchestrator.mark;", database: scene.database)
      let now = (position: found[0][0], marks: Int(found[0][1]) ?? 0)
      if now.position != written.position { written = now }
      return now.marks >= written.marks + 4
    }
  }

  @Test func `what exit status 0 has promised is on the disk, whatever the server's default is`()
    async throws
  {
    try await TestServers.withCluster(settings: ["synchronous_commit": "off"]) { target in
      try await Scene.with(target: target) { scene in
        try await stopLogWriter(of: target)
        try await scene.run(Scene.start + ["--synchronous-commit", "off"], ends: 0)
        try await target.stop(mode: .immediate)
        try await target.start()
        try await scene.expectEqual()
        #expect(try await scene.roster().joined(separator: "\n") == SmallSources.roster)
      }
    }
  }
}
