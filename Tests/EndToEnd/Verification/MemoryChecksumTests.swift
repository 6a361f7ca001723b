import Databases
import JobModel
import LocalServers
import OldModel
import RunRecord
import Testing
import Verification

@Suite("Checksums of memories")
struct MemoryChecksumTests {
  @Test("depend on no setting of a server, database or session")
  func settings() async throws {
    try await VerifyFixture.withMigration { fixture in
      let databases = fixture.databases
      let (shard, target) = (databases.servers.shard, databases.servers.target)
      try await set(
        [
          "timezone = 'Asia/Kathmandu'", "datestyle = 'German, DMY'", "extra_float_digits = -15",
          "bytea_output = 'escape'", "lc_numeric = 'C'", "intervalstyle = 'iso_8601'",
        ], shard, databases.name)
      try await set(
        [
          "timezone = 'America/St_Johns'", "datestyle = 'SQL, MDY'", "extra_float_digits = 3",
          "bytea_output = 'hex'", "standard_conforming_strings = on",
        ], target, databases.name)
      let engine = try await fixture.places().engine
      let extensions = ExtensionSchemas(ltree: "public", vector: "public")
      func rows(_ cluster: LocalCluster, _ version: String) async throws -> [[String]] {
        let table = MemoryTable(
          schema: "me_\(engine)", version: version, extensions: extensions)
        return try await cluster.rows(
          MemoryChecksum.sums(of: table, in: .all) + ";", database: databases.name)
      }
      let source = try await rows(shard, "embedding_version")
      #expect(source == (try await rows(target, "content_version")))
      #expect(source[0][0] == "100")
      #expect(try await fixture.verify().found == [])
    }
  }

  private func set(
    _ settings: [String], _ cluster: LocalCluster, _ database: String
  ) async throws {
    for setting in settings {
      try await cluster.run(
        #"alter database :"name" set \#(setting);"#, variables: ["name": database])
    }
  }
}
