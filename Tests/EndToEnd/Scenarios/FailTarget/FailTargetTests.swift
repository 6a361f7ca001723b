import Foundation
import LocalServers
import Testing

/// Targets that cannot take a run: found by preflight, before anything is written.
@Suite struct FailTargetTests {
  @Test func `a target that holds tables is refused and kept`() async throws {
    try await Scene.with { scene in
      try await scene.changeTarget("create table public.kept (i int); insert into kept values (7);")
      try await expectRefused(scene, Scene.start, "public (relations: 1)")
      #expect(try await scene.targetValue("select i from public.kept;") == "7")
      #expect(try await scene.targetSchemas() == [["public", "1"]])
    }
  }

  @Test func `a target without pg_textsearch is told about gin`() async throws {
    try await Scene.with { scene in
      try await expectRefused(scene, ["start"], "pg_textsearch", "--text-search gin")
      try await scene.expectUntouchedTarget()
    }
  }

  @Test func `two names of one database are refused`() async throws {
    try await Scene.with { scene in
      let shard = scene.servers.shard.url(database: scene.database)
      let same = try await scene.run(Scene.start, ["DB_ACCOUNTS": shard], ends: 3)
      #expect(same.errors.contains("accounts and shard are the same database"), "\(same)")
      let itself = try await scene.run(Scene.start, ["DATABASE_URL": shard], ends: 3)
      #expect(itself.errors.contains("shard and target are the same database"), "\(itself)")
      try await scene.expectUntouchedTarget()
    }
  }

  @Test func `a target older than 18 is refused`() async throws {
    try await TestServers.withCluster(.fifteen()) { old in
      try await Scene.with(target: old) { scene in
        try await expectRefused(scene, Scene.start, "PostgreSQL 15", "18 or later")
        try await scene.expectUntouchedTarget()
      }
    }
  }

  private func expectRefused(_ scene: Scene, _ command: [String], _ messages: String...)
    async throws
  {
    let refused = try await scene.run(command, ends: 3)
    for message in messages { #expect(refused.errors.contains(message), "\(refused)") }
    #expect(refused.errors.contains("nothing was written"))
    #expect(!FileManager.default.fileExists(atPath: scene.ledgerPath))
  }
}
