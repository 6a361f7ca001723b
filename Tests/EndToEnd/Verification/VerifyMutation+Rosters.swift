extension VerifyMutation {
  /// Who may do what. The team's group may write at `team` and read at `work.café`.
  static func rosters(_ places: MutationPlaces) -> [VerifyMutation] {
    let (team, member) = (places.team, places.member)
    let space = "(select id from core.space where slug = '\(team)')"
    let group = "space_id = \(space) and principal_id = '\(places.group)'"
    return [
      grant(
        places, "a grant dropped", "delete from core.tree_access where \(group) and access = 2;"),
      grant(
        places, "a level lowered",
        "update core.tree_access set access = 1 where \(group) and access = 2;", column: "access"),
      grant(
        places, "a level raised",
        "update core.tree_access set access = 2 where \(group) and access = 1;", column: "access"),
      VerifyMutation(
        name: "a level raised that allows no more", tables: ["core.tree_access"],
        change: "update core.tree_access set access = 3 where \(group) and access = 2;",
        plain: ["grants \(team) \(oldGroup) access"]),
      VerifyMutation(
        name: "a grant that nobody gave", tables: ["core.tree_access"],
        change: """
          insert into core.tree_access (space_id, principal_id, tree_path, access)
          values (\(space), '\(member)', 'elsewhere', 1);
          """,
        plain: ["grants \(team) \(member)"], deep: ["access_parity \(team) \(member)"]),
      VerifyMutation(
        name: "an admin removed", tables: ["core.principal_space"],
        change: """
          update core.principal_space set admin = false
          where space_id = \(space) and principal_id = '\(places.admin)';
          """,
        plain: ["admins \(team)", "members \(team) \(places.admin) admin"]),
      VerifyMutation(
        name: "a group's member removed", tables: ["core.group_member"],
        change: "delete from core.group_member where space_id = \(space);",
        plain: ["group_members \(team) \(member)"],
        deep: ["access_parity \(team) \(member)", "access_parity \(team) \(member)"]),
      VerifyMutation(
        name: "a member's own access gone", tables: ["core.tree_access", "core.group_member"],
        change: """
          delete from core.group_member where space_id = \(space);
          delete from core.tree_access where space_id = \(space) and principal_id = '\(member)';
          """,
        plain: [
          "access \(team) \(member)", "grants \(team) \(member)", "grants \(team) \(member)",
          "group_members \(team) \(member)",
        ], deep: Array(repeating: "access_parity \(team) \(member)", count: 3)),
    ] + people(places)
  }

  /// Stands in expectations for the old user that the group was; the test knows it.
  static let oldGroup = "OLD-GROUP"

  private static func grant(
    _ places: MutationPlaces, _ name: String, _ change: String, column: String? = nil
  ) -> VerifyMutation {
    VerifyMutation(
      name: name, tables: ["core.tree_access"], change: change,
      plain: [
        ["grants", places.team, oldGroup, column].compactMap { $0 }.joined(separator: " ")
      ], deep: ["access_parity \(places.team) \(places.member)"])
  }

  private static func people(_ places: MutationPlaces) -> [VerifyMutation] {
    let user = places.member
    return [
      VerifyMutation(
        name: "a user's created_at", tables: ["auth.users"],
        change: """
          update auth.users set created_at = created_at + interval '1 microsecond'
          where id = '\(user)';
          """, plain: ["users \(user) created_at"]),
      VerifyMutation(
        name: "a user gone", tables: ["auth.users"],
        change: "delete from auth.users where id = '\(user)';", plain: ["users \(user)"]),
      VerifyMutation(
        name: "a login gone", tables: ["auth.accounts"],
        change: "delete from auth.accounts where user_id = '\(user)';",
        plain: ["accounts \(user)"]),
      VerifyMutation(
        name: "a token beside a login", tables: ["auth.accounts"],
        change: "update auth.accounts set refresh_token = 'sealed' where user_id = '\(user)';",
        plain: ["accounts \(user) tokens"]),
      VerifyMutation(
        name: "a session that expired long before the run", tables: ["auth.sessions"],
        change: """
          insert into auth.sessions (user_id, token_hash, expires_at, created_at)
          values ('\(user)', sha256('old'), '2025-06-01', '2025-05-01');
          """, plain: ["sessions \(user)"]),
      VerifyMutation(
        name: "a space renamed", tables: ["core.space"],
        change: "update core.space set name = name || '!' where slug = '\(places.team)';",
        plain: ["spaces \(places.team) name"]),
    ]
  }
}
