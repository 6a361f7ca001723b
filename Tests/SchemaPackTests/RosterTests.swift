import LocalServers
import PostgresLink
import Testing

/// Admins, invitations and the end of a space.
struct RosterTests {
  @Test("Admins are so on the roster or by a group, agents only beside their owner")
  func admins() async throws {
    try await RosterScene.with { scene in
      try await scene.add(scene.admin, admin: true)
      try await scene.add(scene.adminsAgent)
      try await scene.add(scene.membersAgent, admin: true)
      #expect(try await scene.isAdmin(scene.admin))
      #expect(try await !scene.isAdmin(scene.adminsAgent))
      #expect(try await !scene.isAdmin(scene.membersAgent))
      try await scene.join(scene.member)
      try await scene.add(scene.group, admin: true)
      #expect(try await !scene.isAdmin(scene.member))
      try await scene.add(scene.member)
      #expect(try await scene.isAdmin(scene.member))
      #expect(try await scene.isAdmin(scene.membersAgent))
      try await scene.add(scene.admin)
      #expect(try await scene.isAdmin(scene.admin), "adding again does not demote")
    }
  }

  @Test("ME001: the last admin cannot go, be demoted or leave the group that made it one")
  func lastAdmin() async throws {
    try await RosterScene.with { scene in
      let roster = "core.principal_space where principal_id ="
      let demote = "update core.principal_space set admin = false where principal_id ="
      try await scene.add(scene.admin, admin: true)
      try await scene.add(scene.membersAgent, admin: true)
      for sql in [
        "delete from \(roster) '\(scene.admin)'", "\(demote) '\(scene.admin)'",
        "delete from core.principal where id = '\(scene.admin)'",
      ] {
        #expect(try await scene.target.refusal(sql) == "ME001", "\(sql)")
      }
      try await scene.add(scene.member)
      try await scene.join(scene.member)
      try await scene.add(scene.group, admin: true)
      try await scene.target.execute("\(demote) '\(scene.admin)'")
      for sql in [
        "delete from \(roster) '\(scene.member)'", "\(demote) '\(scene.group)'",
        "delete from core.group_member", "delete from core.principal where kind = 'g'",
        "delete from core.principal where id = '\(scene.member)'",
      ] {
        #expect(try await scene.target.refusal(sql) == "ME001", "\(sql)")
      }
    }
  }

  @Test("ME001 looks at the commit, so admins may change places")
  func deferred() async throws {
    try await RosterScene.with { scene in
      try await scene.add(scene.admin, admin: true)
      try await scene.target.transaction {
        try await scene.target.execute("delete from core.principal_space")
        try await scene.add(scene.member, admin: true)
      }
      #expect(try await scene.isAdmin(scene.member))
    }
  }

  @Test("A space that never had an admin may lose members")
  func neverAnAdmin() async throws {
    try await RosterScene.with { scene in
      try await scene.add(scene.member)
      try await scene.join(scene.member)
      try await scene.target.execute("delete from core.group_member")
      try await scene.target.execute("delete from core.principal_space")
    }
  }

  @Test("Two admins who go at the same time: the second is refused")
  func concurrent() async throws {
    try await RosterScene.with { scene in
      try await scene.add(scene.admin, admin: true)
      try await scene.add(scene.member, admin: true)
      let other = try await TargetDatabase.open(scene.target.url)
      let leave = "delete from core.principal_space where principal_id ="
      try await other.script("begin; \(leave) '\(scene.admin)'; set constraints all immediate")
      async let second = scene.target.refusal("\(leave) '\(scene.member)'")
      // Whatever comes of it, the first goes on: the second could not be ended otherwise.
      let blocked = await Result { try await untilBlocked(scene.target, seenBy: other) }
      try await other.script("commit")
      try blocked.get()
      #expect(try await second == "ME001")
    }
  }

  @Test("Deleting a space takes everything of it along, and its agents stay")
  func deleteSpace() async throws {
    try await RosterScene.with { scene in
      let target = scene.target
      for principal in [scene.admin, scene.adminsAgent, scene.group] {
        try await scene.add(principal, admin: true)
      }
      try await scene.join(scene.adminsAgent)
      try await target.execute(
        """
        select core.create_space_invitation(
          '\(scene.space)', 'New@x', true, null, '\(scene.admin)')
        """)
      #expect(try await target.text("select core.delete_space('abcdefghijkl') as value") == "t")
      #expect(try await target.text("select core.delete_space('abcdefghijkl') as value") == "f")
      let left = try await target.texts(
        """
        select (select count(*) from core.principal_space) + (select count(*) from core.tree_access)
          + (select count(*) from core.group_member) + (select count(*) from core.space_invitation)
          as value
        union all select count(*) from core.principal
        """)
      #expect(left == ["0", "4"])
    }
  }

  @Test("One invitation is pending per address and space; the inviter may go")
  func invitations() async throws {
    try await RosterScene.with { scene in
      func invite(_ email: String) -> String {
        "select core.create_space_invitation("
          + "'\(scene.space)', '\(email)', false, 2, '\(scene.member)')"
      }
      try await scene.target.execute(invite("New@x"))
      #expect(
        try await scene.target.refusal(invite("new@X")) == "space_invitation_pending_key")
      try await scene.target.execute("update core.space_invitation set accepted_at = now()")
      try await scene.target.execute(invite("new@X"))
      try await scene.target.execute("delete from core.principal where id = '\(scene.member)'")
      #expect(
        try await scene.target.text(
          "select count(*) - count(invited_by) as value from core.space_invitation") == "2")
    }
  }

  private func untilBlocked(
    _ target: TargetDatabase, seenBy other: PostgresConnection
  ) async throws {
    let sql =
      "select cardinality(pg_blocking_pids(\(target.connection.backend.pid))) > 0 as is_blocked"
    try await eventually("the second waits for the first") {
      try await other.query(sql).first?["is_blocked"] == "t"
    }
  }
}
