import Databases
import Foundation
import JobModel
import LocalServers
import PostgresLink
import RunRecord
import Testing

/// What the target says of index builds at work.
@Suite struct BuildProgressTests {
  @Test(arguments: [false, true])
  func `a build is seen, also by a session that acts as an owner without rights of its own`(
    hasOwner: Bool
  ) async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let owner = "owner_of_\(databases.name)"
      try await databases.change("create role \(owner)")
      let seen = await Result {
        try await buildsSeen(databases, acting: hasOwner ? owner : nil, schemaOf: owner)
      }
      try await databases.change("drop owned by \(owner) cascade; drop role \(owner)")
      let builds = try seen.get()
      #expect(builds.map(\.lane) == ["build 0"])
      #expect(builds.first?.phase.hasPrefix("building index") == true)
    }
  }

  /// Asks while a build stands still in its middle.
  private func buildsSeen(
    _ databases: TestDatabases, acting owner: String?, schemaOf role: String
  ) async throws -> [BuildProgress] {
    try await databases.change(
      """
      create schema work authorization \(role);
      create function work.wait(int) returns int immutable language plpgsql
        as 'begin perform pg_advisory_lock_shared(77); return $1; end';
      create table work.rows as select 1 as a;
      alter table work.rows owner to \(role);
      """)
    let run = RunBinding(id: UUID(), instance: InstanceID(rawValue: UUID()), place: .current)
    let sessions = DatabaseSessions(
      databases: DatabaseSettings(target: try databases.targetSettings),
      names: .run(run.id, instance: run.instance), owner: owner, stop: try StopSignal())
    let barrier = try await sessions.target("barrier")
    try await barrier.script("select pg_advisory_lock(77)")
    let builder = try await sessions.target("build 0")
    async let built = builder.script("create index on work.rows (work.wait(a))")
    let seen = await Result {
      try await eventually("the build waits") { try await databases.waitingBuilds() == "1" }
      let control = ControlSession(
        sessions: sessions, run: run, fence: Fence(epoch: 1, instance: run.instance))
      return try await control.buildProgress()
    }
    try await barrier.script("select pg_advisory_unlock(77)")
    _ = try await built
    for session in [barrier, builder] { await session.close() }
    return try seen.get()
  }
}

extension TestDatabases {
  fileprivate var targetSettings: ConnectionSettings {
    get throws { try ConnectionSettings(name: "target", connectionString: targetURL) }
  }

  fileprivate func change(_ sql: String) async throws {
    _ = try await servers.target.rows(sql, database: name)
  }

  fileprivate func waitingBuilds() async throws -> String? {
    try await servers.target.rows(
      """
      select count(*) from pg_stat_progress_create_index join pg_stat_activity using (pid)
      where wait_event_type = 'Lock' and pg_stat_activity.datname = current_database();
      """, database: name
    ).first?.first
  }
}
