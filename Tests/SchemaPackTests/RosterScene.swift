import Foundation
import Testing

/// A space with an admin, a member, an agent of each, and a group; nobody is on the roster yet.
struct RosterScene {
  let target: TargetDatabase
  let space: String
  let group: String
  let admin = "018f0000-0000-7000-8000-00000000000a"
  let member = "018f0000-0000-7000-8000-00000000000b"
  let adminsAgent = "018f0000-0000-7000-8000-0000000000aa"
  let membersAgent = "018f0000-0000-7000-8000-0000000000bb"

  static func with(_ body: (RosterScene) async throws -> Void) async throws {
    try await TargetDatabase.withProvisioned { target in
      let space = try await target.text(
        "select core.create_space('abcdefghijkl', 'Space', 'english') as value")
      let group = try await target.text("select core.create_group('\(space)', 'team') as value")
      let scene = RosterScene(target: target, space: space, group: group)
      try await target.execute(
        """
        select core.create_user('\(scene.admin)', 'admin@x');
        select core.create_user('\(scene.member)', 'member@x');
        select core.create_agent('\(scene.admin)', 'coder', '\(scene.adminsAgent)');
        select core.create_agent('\(scene.member)', 'coder', '\(scene.membersAgent)')
        """)
      try await body(scene)
    }
  }

  func add(_ principal: String, admin: Bool = false) async throws {
    try await target.execute(
      "select core.add_principal_to_space('\(space)', '\(principal)', \(admin))")
  }

  func join(_ member: String) async throws {
    try await target.execute("select core.add_group_member('\(space)', '\(group)', '\(member)')")
  }

  func grant(_ principal: String, _ path: String, _ access: Int) async throws {
    try await target.execute(
      "select core.grant_tree_access('\(space)', '\(principal)', '\(path)', \(access))")
  }

  /// Grants as `path=level`, those on home paths as `home=level` and `home.agent=level`.
  func access(_ member: String) async throws -> [String] {
    let homes = [admin, self.member].map { "home." + $0.replacing("-", with: "") }
    let entries = try await target.texts(
      """
      select (e->>'tree_path') || '=' || (e->>'access') as value
      from jsonb_array_elements(core.build_tree_access('\(member)', '\(space)')) e
      """)
    return entries.map { entry in
      let short = homes.reduce(entry) { $0.replacing($1, with: "home") }
      return short.replacing(/home\.[0-9a-f]{32}/, with: "home.agent")
    }
  }

  func isAdmin(_ principal: String) async throws -> Bool {
    try await target.text(
      "select core.is_principal_space_admin('\(principal)', '\(space)') as value") == "t"
  }

}
