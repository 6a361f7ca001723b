import Foundation
import LocalServers
import Testing

@Suite("Indexes that a run never drops")
struct VerifyIndexTests {
  private static let engine = "7hkmwg04yqtl"

  @Test("a space that lost its primary key before it was published is not published")
  func lostBefore() async throws {
    try await VerifyFixture.withMigration(rows: 40, status: 4, prepare: Self.refuse) { fixture in
      try await fixture.onShard(
        "update me_\(Self.engine).memory set temporal = null where not lower_inc(temporal);")
      try await fixture.onTarget(
        "alter table me_\(Self.engine).memory drop constraint memory_pkey cascade;")
      let resumed = try await fixture.run(["resume"])
      #expect(resumed.status == 4)
      #expect(resumed.text.contains("index memory_pkey is missing"))
      let spaces = try await fixture.onTarget(
        "select slug from core.space where slug = '\(Self.engine)';")
      #expect(spaces == [])
    }
  }

  /// M4: a memory that the target refuses.
  private static func refuse(_ databases: TestDatabases) async throws {
    try await databases.servers.shard.run(
      """
      set row_security = off;
      alter table me_\(engine).memory drop constraint memory_temporal_check;
      update me_\(engine).memory set temporal = '(2020-01-01,2021-01-01]'
      where id = (select id from me_\(engine).memory order by id limit 1);
      """, database: databases.name)
  }

  @Test("one that was kept for what its definition does not carry is missed, and so is a key")
  func kept() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Self.packWithComment(at: folder)
    try await VerifyFixture.withMigration(
      rows: 40, arguments: ["--schema-pack", folder]
    ) { fixture in
      let good = try await fixture.verify(deep: false)
      #expect(good.found == [])
      let jobs = try await fixture.onTarget(
        "select job from orchestrator.plan where job = '\(Self.engine)/index/memory_meta_idx';")
      #expect(jobs == [])
      try await fixture.onTarget(
        """
        drop index me_\(Self.engine).memory_meta_idx;
        alter table me_\(Self.engine).memory drop constraint memory_pkey cascade;
        """)
      let verified = try await fixture.verify(deep: false)
      #expect(
        verified.found == [
          "indexes \(Self.engine) memory_meta_idx", "indexes \(Self.engine) memory_pkey",
        ])
    }
  }

  /// A pack whose spaces have an index with a comment; packs share files through links.
  private static func packWithComment(at folder: String) throws {
    let pack = Repository.root.appending(path: "Tests/SchemaPackTests/Packs/older").path
    let copying = try Process.run(
      URL(filePath: "/bin/cp"), arguments: ["-rL", pack, folder])
    copying.waitUntilExit()
    try #require(copying.terminationStatus == 0)
    try Data("comment on index {{schema}}.memory_meta_idx is 'kept';\n".utf8).write(
      to: URL(filePath: folder + "/space/migrate/incremental/009_comment.sql"))
  }
}
