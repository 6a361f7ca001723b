import Foundation
import LocalServers
import Mapping
import OldModel
import SourceScenes
import Testing

@Suite struct RosterReaderTests {
  private static let bob = "01900000-0000-7000-8000-000000000002"
  private static let eve = "01900000-0000-7000-8000-000000000003"
  private static let gone = "01900000-0000-7000-8000-000000000004"

  @Test func `of all identities those alone are read that the engine or its org names`()
    async throws
  {
    try await SourceScene.with(
      accounts: """
        insert into accounts.identity (id, email, name) values
          ('\(Self.bob)', 'bob@example.org', 'Bob'), ('\(Self.eve)', 'eve@example.org', 'Eve');
        insert into accounts.identity (email, name)
        select 'p' || n || '@example.org', 'P' from generate_series(1, 50) n;
        insert into accounts.invitation (org_id, email, role, invited_by, token_hash, expires_at)
        values ('\(SourceScene.org)', 'new@example.org', 'member', '\(Self.eve)', '\\x01', 'infinity');
        """,
      shard: """
        insert into "user" (name, identity_id) values
          ('bob', '\(Self.bob)'), ('gone', '\(Self.gone)');
        """
    ) { scene in
      let accounts = try await scene.open("accounts", scene.databases.accountsURL)
      let shard = try await scene.open("shard", scene.databases.shardURL)
      let reader = EngineReader(accounts: accounts, shard: shard)
      let engine = try #require(try await reader.measure(reader.select(nil).chosen).first)
      let source = try await RosterReader(engine: engine).read(accounts: accounts, shard: shard)
      let named = [SourceScene.ada, Self.bob, Self.eve].compactMap(UUID.init(uuidString:))
      #expect(source.identities == Set(named))
      #expect(source.access.users.count == 3)
    }
  }
}
