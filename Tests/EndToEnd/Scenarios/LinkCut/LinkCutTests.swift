import JobModel
import Ledger
import LocalServers
import PostgresLink
import Testing

/// The network to a server breaks in the middle of a run.
@Suite struct LinkCutTests {
  @Test func `a link that is cut again and again costs the jobs in flight, and no row`()
    async throws
  {
    try await Scene.with { scene in
      let link = try FaultyLink(to: scene.servers.shard)
      let cuts = [2_000, 5_000, 9_000, 14_000, 20_000, 30_000, 50_000]
      try await scene.finish(
        over: link, "DB_SHARD", cuts.map { .cut(afterBytesFromServer: $0) })
      #expect(try await scene.events(.retried).count >= cuts.count)
    }
  }

  @Test func `a commit whose answer is lost has happened once, whichever job it was`() async throws
  {
    try await Scene.with { scene in
      let link = try FaultyLink(to: scene.servers.target)
      try await scene.finish(
        over: link, "DATABASE_URL", Array(repeating: .loseAnswer(to: "commit\0"), count: 12),
        onceAsked: "/space'")
      #expect(try await !scene.events(.found).isEmpty)
    }
  }

  @Test func `what a lost session left at work is ended before its job is tried again`()
    async throws
  {
    try await Scene.with { scene in
      let server = scene.servers.target
      let link = try FaultyLink(to: server)
      let process = try await scene.launchHeld(
        Scene.start + ["--rate-limit", "100kB/s"],
        ["DATABASE_URL": server.url(database: scene.database, through: link)])
      try await scene.waitForDone(2, .memories, of: process)
      let lock = try await PostgresConnection.open(
        ConnectionSettings(
          name: "target", connectionString: server.url(database: scene.database)),
        side: .target, applicationName: "tests", stop: try StopSignal())
      try await lock.script("begin; lock table me_alphaalpha01.memory")
      try await scene.release()
      // Whatever job comes to the table, its server process waits for the lock, and would for ever: it
      // neither reads nor writes meanwhile.
      let waiting = """
        select coalesce(string_agg(pid::text, ' '), '') from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database();
        """
      try await eventually("a job waits") { try await !scene.targetValue(waiting).isEmpty }
      let orphans = try await scene.targetValue(waiting).split(separator: " ").joined(
        separator: ",")
      link.cutAll()
      try await eventually("they are gone, though the lock is held") {
        try await scene.targetValue(
          "select count(*) from pg_stat_activity where pid in (\(orphans));") == "0"
      }
      await lock.close()
      let ended = try await process.end()
      #expect(ended.status == 0, "\(ended)")
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
    }
  }

  @Test(arguments: ["DB_SHARD", "DATABASE_URL"])
  func `a link that falls silent, while its other end is still answered for, is found out`(
    variable: String
  ) async throws {
    try await Scene.with { scene in
      let server = variable == "DB_SHARD" ? scene.servers.shard : scene.servers.target
      let link = try FaultyLink(to: server)
      let process = try scene.launch(
        Scene.start + ["--rate-limit", "100kB/s"],
        [variable: server.url(database: scene.database, through: link)])
      try await scene.waitForDone(2, .memories, of: process)
      link.fallSilent()
      let ended = try await process.end()
      #expect(ended.status == 0, "\(ended)")
      #expect(ended.output.contains("is dead"), "\(ended)")
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
    }
  }

  @Test func `a verification whose link falls silent ends, and can be said again`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let ended = try await scene.runIntoSilence(
        ["verify", "--deep"], "DB_SHARD", reading: "me_alphaalpha01.memory")
      #expect(ended.status == 75, "\(ended)")
      #expect(ended.errors.contains("is dead"), "\(ended)")
      try await scene.run(["verify", "--deep"], ends: 0)
    }
  }

  @Test(arguments: ["survey", "preflight", "plan", "provision"])
  func `a command without a run ends when its link falls silent, and can be said again`(
    verb: String
  ) async throws {
    try await Scene.with { scene in
      let isOfTarget = verb == "provision"
      if isOfTarget { try await scene.run(Scene.start, ends: 0) }
      let command =
        [verb] + (isOfTarget ? ["--check"] : [])
        + (verb == "survey" ? [] : ["--text-search", "gin"])
      let ended = try await scene.runIntoSilence(
        command, isOfTarget ? "DATABASE_URL" : "DB_SHARD",
        reading: isOfTarget ? "core.space" : "me_alphaalpha01.memory")
      #expect(ended.status == 75, "\(ended)")
      try await scene.run(command, ends: 0)
    }
  }
}

extension Scene {
  /// Runs a command whose link falls silent while it waits to read a table. The server answers when the table
  /// is free again, and hears no more.
  fileprivate func runIntoSilence(
    _ command: [String], _ variable: String, reading table: String
  ) async throws -> Ended {
    let server = variable == "DB_SHARD" ? servers.shard : servers.target
    let barrier = try await Barrier(
      server, database: database, "lock table \(table) in access exclusive mode")
    let link = try FaultyLink(to: server)
    let process = try launch(
      command, [variable: server.url(database: database, through: link)])
    try await eventually("it waits to read \(table)") {
      guard process.isRunning else {
        throw TimedOut(description: "it ended before: \(try await process.end())")
      }
      return try await server.run(
        """
        select count(*) from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database();
        """, database: database
      ).hasPrefix("1")
    }
    link.fallSilent()
    try await barrier.release()
    return try await process.end()
  }

  /// A run that begins well, meets all of these faults from the moment it asks for something on, by default
  /// its first copy, and is complete in the end.
  fileprivate func finish(
    over link: FaultyLink, _ variable: String, _ faults: [FaultyLink.Fault],
    onceAsked text: String = "(format binary)"
  ) async throws {
    let server = variable == "DB_SHARD" ? servers.shard : servers.target
    link.arm(faults, onceAsked: text)
    let process = try launch(
      Scene.start + ["--rate-limit", "200kB/s"],
      [variable: server.url(database: database, through: link)])
    let ended = try await process.end()
    #expect(ended.status == 0, "\(ended)")
    #expect(link.faultsLeft == 0, "\(ended)")
    try await expectEqual()
    try await expectNothingCopiedAgain()
    let roster = try await roster()
    #expect(roster.joined(separator: "\n") == SmallSources.roster)
  }
}
