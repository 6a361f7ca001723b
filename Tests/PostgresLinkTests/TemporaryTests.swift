import Foundation
import LocalServers
import Testing

@testable import PostgresLink

@Suite struct TemporaryTests {
  @Test func standby() async throws {
    try await TestServers.withDatabases { databases in
      try await TestServers.withCluster { standby in
        try await databases.servers.shard.run("create role \(databases.name) login password 'k'")
        try await standby.run("create role \(databases.name) login password 'k'")
        try await standby.stop()
        let path = standby.folder.appending(path: "data/standby.signal").path
        _ = FileManager.default.createFile(atPath: path, contents: Data())
        let nobody = getpwnam("nobody").pointee
        _ = chown(path, nobody.pw_uid, nobody.pw_gid)
        try await standby.start()
        for attrs in ["prefer-standby", "any"] {
          let settings = try ConnectionSettings(
            name: "shard",
            connectionString:
              "host=127.0.0.1,127.0.0.1 port=\(databases.servers.shard.port),\(standby.port) user=\(databases.name) password=k dbname=postgres target_session_attrs=\(attrs)"
          )
          let c = try await PostgresConnection.open(
            settings, side: .source, applicationName: "x", stop: try StopSignal())
          #expect(c.identity.isInRecovery == (attrs != "any"))
          await c.close()
        }
        try await databases.servers.shard.run("drop role \(databases.name)")
      }
    }
  }
}
