import Foundation
import LocalServers
import PostgresLink
import SchemaPack
import SourceFixtures
import Testing

/// The main job with the app's own migrations, in the shapes that they have had and will have.
@Suite struct SchemaPacksTests {
  /// Nil is the built-in pack.
  static let packs: [String?] = [nil, "older", "newer"]

  @Test(arguments: packs)
  func `a killed run ends complete, proven, and the boot finds nothing to do`(
    _ name: String?
  ) async throws {
    try await Scene.with { scene in
      let pack = Pack(name)
      let process = try await scene.launchHeld(
        Scene.start + pack.arguments + ["--rate-limit", "400kB/s"])
      try await scene.waitForDone(12, of: process)
      process.send(SIGKILL)
      _ = try await process.end()
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      try await scene.run(["verify", "--deep"], ends: 0)

      let before = try await scene.schemaDump()
      let check = ["provision", "--check", "--text-search", "gin"] + pack.arguments
      let clean = try await scene.run(check, ends: 0)
      #expect(clean.output.contains("will find nothing to do"))
      let unasked = try await scene.run(["provision", "--check"], ends: 0)
      #expect(unasked.output.contains("(of the target's run)"), "\(unasked)")
      try await pack.runAgain(on: scene)
      #expect(try await scene.schemaDump() == before, "a second run of the pack changes nothing")
      try await scene.run(check, ends: 0)
    }
  }

  @Test(arguments: packs)
  func `every index is as in a space that was never loaded`(_ name: String?) async throws {
    try await Scene.with { scene in
      let pack = Pack(name)
      try await scene.run(Scene.start + pack.arguments, ends: 0)
      try await pack.provision(slug: "freshfresh00", on: scene)
      let fresh = try await scene.indexes(of: "freshfresh00")
      #expect(fresh.count >= 6)
      for slug in [SmallSources.alpha, SmallSources.bravo, SmallSources.charlie] {
        #expect(try await scene.indexes(of: slug) == fresh)
      }
    }
  }

  @Test func `columns of a newer release fill themselves`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start + Pack("newer").arguments, ends: 0)
      let unfilled = try await scene.targetValue(
        """
        select count(*) from me_\(SmallSources.alpha).memory
        where version is null or version_hash is null
        """)
      #expect(unfilled == "0")
      let sessions = try await scene.targetValue("select count(*) from auth.sessions")
      #expect(sessions == "0", "a plaintext token cannot be made from a hash (I3)")
      #expect(try await scene.status().warnings.contains { $0.rule == "I3" })
    }
  }

  @Test func `a resume with another content of the pack is refused`() async throws {
    try await Scene.with { scene in
      let folder = try Pack.copy("older", to: scene.path("pack"))
      let process = try await scene.launchHeld(
        Scene.start + ["--schema-pack", folder, "--rate-limit", "200kB/s"])
      try await scene.waitForDone(5, of: process)
      process.send(SIGTERM)
      _ = try await process.end()
      // Moved, it is asked for; changed, it is another one.
      let moved = scene.path("moved")
      try FileManager.default.moveItem(atPath: folder, toPath: moved)
      let lost = try await scene.run(["resume"], ends: 2)
      #expect(lost.errors.contains("--schema-pack"), "\(lost)")
      try Data("0.0.8\n".utf8).write(to: URL(filePath: moved + "/auth/version"))
      let refused = try await scene.run(["resume", "--schema-pack", moved], ends: 3)
      #expect(refused.errors.contains("is not the one that the run began with"))
      try FileManager.default.removeItem(atPath: moved + "/auth/version")
      try await scene.run(["resume", "--schema-pack", moved], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test(arguments: [
    ("fail-missing-provision", "provision.sql"), ("fail-placeholder", "{{"),
    ("fail-statement", ".sql:"),
  ])
  func `a broken pack is refused with the place, and nothing is written`(
    _ name: String, _ word: String
  ) async throws {
    try await Scene.with { scene in
      let ended = try await scene.run(Scene.start + Pack(name).arguments)
      #expect(ended.status == (name == "fail-missing-provision" ? 2 : 3))
      #expect(ended.errors.contains(word), "\(ended)")
      try await scene.expectUntouchedTarget()
    }
  }

  @Test func `a migration that comes too early is named with its place`() async throws {
    try await Scene.with { scene in
      let folder = try Pack.copy("older", to: scene.path("pack"))
      try Data("create index on {{schema}}.memory (id);".utf8)
        .write(to: URL(filePath: folder + "/space/migrate/incremental/000_early.sql"))
      let ended = try await scene.run(Scene.start + ["--schema-pack", folder], ends: 3)
      #expect(ended.errors.contains("000_early.sql:1:"), "\(ended)")
      try await scene.expectUntouchedTarget()
    }
  }

  @Test func `a column that nobody fills is named before anything is written`() async throws {
    try await Scene.with { scene in
      let folder = try Pack.copy("older", to: scene.path("pack"))
      let added = folder + "/space/migrate/incremental/900_unknown.sql"
      try Data("alter table {{schema}}.memory add column owner_note text not null;".utf8)
        .write(to: URL(filePath: added))
      let ended = try await scene.run(Scene.start + ["--schema-pack", folder], ends: 3)
      #expect(ended.errors.contains("memory.owner_note"), "\(ended)")
      try await scene.expectUntouchedTarget()
    }
  }

  @Test func `two engines keep their languages and dimensions`() async throws {
    try await Scene.with(changed: Self.twoShapes) { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.expectEqual()
      let boot = try await scene.run(["provision", "--check"], ends: 4)
      #expect(
        boot.output.contains(
          "✗ me_\(SmallSources.bravo): its embeddings have 24 dimensions, and boot passes 8"))
      try await scene.run(["provision", "--check", "--dimensions", "24"], ends: 4)
      for (slug, language, dimensions) in [
        (SmallSources.alpha, "german", "halfvec(8)"),
        (SmallSources.bravo, "english", "halfvec(24)"),
      ] {
        let type = try await scene.targetValue(
          """
          select format_type(atttypid, atttypmod) from pg_attribute
          where attrelid = 'me_\(slug).memory'::regclass and attname = 'embedding'
          """)
        #expect(type == dimensions)
        #expect(
          try await scene.targetValue("select language from core.space where slug = '\(slug)'")
            == language)
        let index = try await scene.targetValue(
          "select pg_get_indexdef('me_\(slug).memory_content_idx'::regclass)")
        #expect(index.contains("'\(language)'::regconfig"))
      }
    }
  }

  /// The small sources with a German alpha, and a bravo of more dimensions.
  static func twoShapes(_ servers: LocalServers, _ database: String) async throws {
    try await servers.accounts.run(
      "update accounts.engine set language = 'german' where slug = '\(SmallSources.alpha)'",
      database: database)
    try await servers.shard.run(
      """
      update me_\(SmallSources.bravo).memory set embedding = null;
      alter table me_\(SmallSources.bravo).memory alter column embedding type halfvec(24);
      update me_\(SmallSources.bravo).memory
        set embedding = array_fill(0.5::real, array[24])::halfvec(24)
      """, database: database)
  }
}

/// One of the packs that the tests have.
struct Pack {
  private let name: String?

  init(_ name: String?) {
    self.name = name
  }

  static func folder(_ name: String) -> String {
    Repository.root.appending(path: "Tests/SchemaPackTests/Packs/\(name)").path
  }

  /// A copy that a test may change: the packs share files through links, which are followed.
  static func copy(_ name: String, to folder: String) throws -> String {
    let copying = try Process.run(
      URL(filePath: "/bin/cp"), arguments: ["-rL", Self.folder(name), folder])
    copying.waitUntilExit()
    #expect(copying.terminationStatus == 0)
    return folder
  }

  var arguments: [String] { name.map { ["--schema-pack", Self.folder($0)] } ?? [] }

  private func load() throws -> SchemaPack {
    guard let name else { return try .builtIn(textSearch: .gin) }
    return try SchemaPack(folder: URL(filePath: Self.folder(name)), textSearch: .gin)
  }

  /// What the app's boot does: every part once more.
  func runAgain(on scene: Scene) async throws {
    let runner = PackRunner(try load())
    try await scene.withTarget { target in
      try await target.script("begin")
      try await runner.run(part: .auth, schema: "auth", on: target)
      try await runner.run(part: .core, schema: "core", on: target)
      for slug in [SmallSources.alpha, SmallSources.bravo, SmallSources.charlie] {
        try await runner.run(
          part: .space, schema: "me_\(slug)", values: try Self.values(slug), on: target)
      }
      try await target.script("commit")
    }
  }

  /// A space's schema that no run has touched.
  func provision(slug: String, on scene: Scene) async throws {
    let runner = PackRunner(try load())
    try await scene.withTarget { target in
      try await target.script("begin")
      try await runner.run(
        part: .space, schema: "me_\(slug)", values: try Self.values(slug), on: target)
      try await target.script("commit")
    }
  }

  private static func values(_ slug: String) throws -> PackValues {
    try .space(slug: slug, language: "english", dimensions: SmallSources.dimensions)
  }
}

extension Scene {
  fileprivate func withTarget(_ body: (PostgresConnection) async throws -> Void) async throws {
    let connection = try await PostgresConnection.open(
      try ConnectionSettings(
        name: "target", connectionString: servers.target.url(database: database)),
      side: .target, applicationName: "boot", stop: try StopSignal())
    try await body(connection)
    await connection.close()
  }

  /// The secondary indexes of a space's memories, without its name.
  fileprivate func indexes(of slug: String) async throws -> [String] {
    try await servers.target.rows(
      """
      select replace(pg_get_indexdef(i.indexrelid), 'me_\(slug)', 'me')
      from pg_index i
      where i.indrelid = 'me_\(slug).memory'::regclass and i.indisvalid
      order by 1
      """, database: database
    ).map { $0[0] }
  }

  /// Everything that makes up the app's schemas, as pg_dump writes it.
  fileprivate func schemaDump() async throws -> String {
    let dump = try await servers.target.dumpSchema(database: database)
    // Since a release of 2025 every dump carries a random key.
    return dump.split(separator: "\n").filter { !$0.contains("restrict ") }.joined(separator: "\n")
  }
}
