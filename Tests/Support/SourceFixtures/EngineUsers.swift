import Foundation

/// Who is in one engine and what they may do, as surveyed in production: in each engine its owner, a
/// superuser; 6 coding agents in three engines, three of them with 8 grants in all; in the one engine
/// with a second member, a role with one member and 2 grants, and 2 owned subtrees.
struct EngineUsers: Sendable {
  struct User: Sendable {
    let id: UUID
    let name: String
    var identity: UUID?
    var canLogin = true
    var superuser = false
  }

  struct Grant: Sendable {
    let user: UUID
    let path: String
    let actions: [String]
    var withOption = false
  }

  let engine: Accounts.Engine
  let users: [User]
  private let grants: [Grant]
  private let ownedPaths: [(path: String, user: UUID)]
  private let memberships: [(role: UUID, member: UUID)]
  private let agents: [User]
  private let index: Int
  private let seed: UInt64

  /// The agents of the engines that have any, by the engine's place. The engines 0 and 32 are of one
  /// owner, whose `claude-code` is one agent on two rosters.
  private static let agentNames = [
    0: ["claude-code", "codex", "opencode"], 3: ["claude-code"], 32: ["claude-code", "gemini"],
  ]

  init(engine: Accounts.Engine, index: Int, seed: UInt64) {
    var random = SeededRandom(seed: seed, part: -100 - index)
    func user(_ name: String) -> User {
      User(id: random.identifier(at: engine.createdAt + 1), name: name)
    }
    func person(_ identity: Accounts.Identity, superuser: Bool) -> User {
      var person = user(identity.email)
      (person.identity, person.superuser) = (identity.id, superuser)
      return person
    }
    let owner = person(engine.org.owner, superuser: true)
    agents = (Self.agentNames[index] ?? []).map(user)
    var (people, grants) = ([owner], [Grant]())
    if let agent = agents.first { grants = Self.agentGrants(agent.id, few: index != 0) }
    if let member = engine.org.member.map({ person($0, superuser: false) }), !engine.isDeleted {
      var role = user("engineers")
      role.canLogin = false
      people += [member, role]
      grants += [
        Grant(user: role.id, path: "team", actions: ["read", "create", "update"]),
        Grant(user: role.id, path: "work.café", actions: ["read"]),
      ]
      ownedPaths = [("personal", member.id), ("team.agents", owner.id)]
      memberships = [(role.id, member.id)]
    } else {
      (ownedPaths, memberships) = ([], [])
    }
    users = people + agents
    self.grants = grants
    self.engine = engine
    self.index = index
    self.seed = seed
  }

  /// 4 grants, or 2: three agents hold 8 of them.
  private static func agentGrants(_ agent: UUID, few: Bool) -> [Grant] {
    let all = [
      Grant(user: agent, path: "work", actions: ["read", "create", "update", "delete"]),
      Grant(user: agent, path: "notes", actions: ["read"]),
      Grant(user: agent, path: "work.проект", actions: ["read", "create"], withOption: true),
      Grant(user: agent, path: "archive", actions: ["read", "delete"]),
    ]
    return few ? Array(all.prefix(2)) : all
  }
}

// MARK: As SQL

extension EngineUsers {
  /// Fills an engine's control tables; psql variable: schema (me_<slug>).
  var sql: String {
    var random = SeededRandom(seed: seed, part: -200 - index)
    let (owner, at) = (SQLText.literal(users[0].id), SQLText.literal(time: engine.createdAt + 2))
    let userRows = users.map {
      [
        SQLText.literal($0.id), SQLText.literal($0.name), SQLText.literal($0.identity),
        "\($0.canLogin)", "\($0.superuser)", "\($0.superuser)", at,
      ]
    }
    let grantRows = grants.map {
      [
        SQLText.literal(random.identifier(at: engine.createdAt)), SQLText.literal($0.user),
        SQLText.literal($0.path), "'{\($0.actions.joined(separator: ","))}'", owner,
        "\($0.withOption)", at,
      ]
    }
    let keyRows = agents.map {
      [
        SQLText.literal(random.identifier(at: engine.createdAt)), SQLText.literal($0.id),
        SQLText.literal(String(random.next(), radix: 36)),
        SQLText.literal("$argon2id$v=19$m=65536,t=3,p=4$" + String(random.next(), radix: 36)),
        SQLText.literal($0.name), at,
      ]
    }
    return "begin;\nset local search_path = :\"schema\", public;\n"
      + SQLText.insert(
        "\"user\"", "id, name, identity_id, can_login, superuser, createrole, created_at", userRows)
      + SQLText.insert(
        "tree_grant",
        "id, user_id, tree_path, actions, granted_by, with_grant_option, created_at", grantRows)
      + SQLText.insert(
        "tree_owner", "tree_path, user_id, created_by, created_at",
        ownedPaths.map { [SQLText.literal($0.path), SQLText.literal($0.user), owner, at] })
      + SQLText.insert(
        "role_membership", "role_id, member_id, created_at",
        memberships.map { [SQLText.literal($0.role), SQLText.literal($0.member), at] })
      + SQLText.insert(
        "api_key", "id, user_id, lookup_id, key_hash, name, created_at", keyRows)
      + "commit;\n"
  }
}
