import Foundation
import JobModel
import LocalServers
import Testing

/// P6. Every scenario looks for passwords in all that it made; here they are given in every way there is,
/// and refused by servers, too.
@Suite struct SecretsTests {
  @Test func `passwords are in no output, no file and no process list`() async throws {
    try await Scene.with { scene in
      let (connection, passfile) = (scene.path("target.secret"), scene.path("pgpass.secret"))
      let (target, shard) = (scene.servers.target, scene.servers.shard)
      try Data(target.url(database: scene.database).utf8).write(to: URL(filePath: connection))
      try Data("127.0.0.1:\(shard.port):*:postgres:\(shard.password)\n".utf8)
        .write(to: URL(filePath: passfile))
      for path in [connection, passfile] {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      }
      let process = try await scene.launchHeld(
        Scene.start + [
          "--rate-limit", "150kB/s", "--target-file", connection,
          "--shard", "postgresql://postgres@127.0.0.1:\(shard.port)/\(scene.database)",
        ], ["DATABASE_URL": nil, "DB_SHARD": nil, "PGPASSFILE": passfile])
      try await scene.waitForDone(2, .memories, of: process)
      for cluster in scene.servers.all {
        #expect(!process.commandLine.contains(cluster.password))
      }
      #expect(process.commandLine.contains("--target-file"))
      try await scene.release()
      #expect(try await process.end().status == 0)
      try await scene.expectEqual()
      for text in [try await scene.run(["status"]), try await scene.run(["status", "--json"])] {
        #expect(!text.output.contains("postgresql://"))
      }
    }
  }

  @Test func `a login that is refused in the middle of a run tells no password`() async throws {
    try await Scene.with { scene in
      try await SourceReader.with(scene, seesAll: true) { reader in
        let process = try await scene.launchHeld(
          Scene.start + ["--rate-limit", "100kB/s"], reader.environment)
        try await scene.waitForDone(2, .memories, of: process)
        // The password no longer works, and the sessions that it opened are ended.
        try await scene.servers.shard.run(
          """
          alter role :"reader" password 'another';
          select pg_terminate_backend(pid) from pg_stat_activity where usename = :'reader';
          """, variables: ["reader": reader.name])
        let ended = try await process.end()
        #expect(ended.status == 75, "\(ended)")
        #expect(ended.errors.contains("28P01"), "\(ended)")
        try await scene.run(["resume"], ends: 0)
        try await scene.expectEqual()
      }
    }
  }
}
