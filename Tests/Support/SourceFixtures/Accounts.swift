import Foundation

/// What DB_ACCOUNTS holds, in the numbers surveyed in production: 32 identities with an account
/// each, 18 live sessions, 34 orgs, 35 engines of which one is deleted.
struct Accounts: Sendable {
  struct Identity: Sendable {
    let id: UUID
    let name: String
    let email: String
    let createdAt: Int64
  }

  struct Org: Sendable {
    let id: UUID
    let slug: String
    let owner: Identity
    /// The one org with somebody beside its owner has one member.
    let member: Identity?
    let createdAt: Int64
  }

  struct Engine: Sendable {
    let id: UUID
    let org: Org
    let slug: String
    let isDeleted: Bool
    let createdAt: Int64
  }

  let identities: [Identity]
  let orgs: [Org]
  /// The active ones first, one for each org; then the deleted one.
  let engines: [Engine]
  private let seed: UInt64

  /// 2025-01-06, in microseconds since 1970.
  private static let firstTime: Int64 = 1_736_121_600_000_000
  static let day: Int64 = 86_400_000_000
  /// The org with a member, by its place in `orgs`.
  private static let teamOrg = 2

  private static let givenNames = [
    "Ada", "Grace", "Zoë", "José", "Łukasz", "Søren", "Åsa", "Νίκη", "Дарья", "يوسف", "נועה", "愛子",
    "Chloé", "D'Arcy", "Günther", "Mary Jane",
  ]
  private static let familyNames = ["Lovelace", "O'Neil"]

  init(seed: UInt64) {
    self.seed = seed
    var random = SeededRandom(seed: seed, part: -1)
    var time = Self.firstTime
    func later() -> Int64 {
      time += Int64(1 + random.below(Int(Self.day)))
      return time
    }
    let identities = (0..<32).map { index in
      let name =
        "\(Self.givenNames[index % 16]) \(Self.familyNames[index / 16])"
      let at = later()
      return Identity(
        id: random.identifier(at: at), name: name,
        email: index % 5 == 0 ? "Person.\(index)@Example.ORG" : "person\(index)@example.org",
        createdAt: at)
    }
    let orgs = (0..<34).map { index in
      let at = later()
      return Org(
        id: random.identifier(at: at), slug: Self.slug(&random), owner: identities[index % 32],
        member: index == Self.teamOrg ? identities[7] : nil, createdAt: at)
    }
    engines = (0..<35).map { index in
      let at = later()
      return Engine(
        id: random.identifier(at: at), org: orgs[index % 34], slug: Self.slug(&random),
        isDeleted: index == 34, createdAt: at)
    }
    self.identities = identities
    self.orgs = orgs
  }

  private static func slug(_ random: inout SeededRandom) -> String {
    let characters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    return String((0..<12).map { _ in random.element(of: characters) })
  }
}

// MARK: As SQL

extension Accounts {
  /// Fills an empty schema `accounts`.
  var sql: String {
    var random = SeededRandom(seed: seed, part: -2)
    return "begin;\n" + identitiesSQL(&random) + sessionsSQL(&random) + orgsSQL()
      + invitationsSQL(&random) + "commit;\n"
  }

  private func identitiesSQL(_ random: inout SeededRandom) -> String {
    typealias Text = SQLText
    let people = identities.enumerated().map { index, identity in
      [
        Text.literal(identity.id), Text.literal(identity.email), Text.literal(identity.name),
        Text.literal(time: identity.createdAt),
        index % 3 == 0 ? Text.literal(time: identity.createdAt + Self.day + 1) : "null",
      ]
    }
    let accounts = identities.enumerated().map { index, identity in
      [
        Text.literal(random.identifier(at: identity.createdAt)), Text.literal(identity.id),
        index % 2 == 0 ? "'github'" : "'google'", "'\(100_000 + random.below(900_000))\(index)'",
        index % 4 == 0 ? "null" : Text.literal(identity.email),
        Text.literal("sealed-" + String(random.next(), radix: 36)),
        Text.literal(time: identity.createdAt),
      ]
    }
    return Text.insert("accounts.identity", "id, email, name, created_at, updated_at", people)
      + Text.insert(
        "accounts.oauth_account",
        "id, identity_id, provider, provider_account_id, email, access_token, created_at", accounts)
  }

  /// 18 live sessions, for as long as anybody runs this, and 5 long expired.
  private func sessionsSQL(_ random: inout SeededRandom) -> String {
    let sessions = (0..<23).map { index in
      let identity = identities[index * 5 % 32]
      let at = identity.createdAt + Int64(index) * Self.day + 17
      let expiry =
        index < 18 ? "'2099-12-31 23:59:59.999999+00'" : "'2025-06-01 00:00:00.000001+00'"
      return [
        SQLText.literal(random.identifier(at: at)), SQLText.literal(identity.id),
        SQLText.literal(random.bytes(32)), expiry, SQLText.literal(time: at),
      ]
    }
    return SQLText.insert(
      "accounts.session", "id, identity_id, token_hash, expires_at, created_at", sessions)
  }

  private func orgsSQL() -> String {
    typealias Text = SQLText
    let rows = orgs.enumerated().map { index, org in
      [
        Text.literal(org.id), Text.literal(org.slug),
        Text.literal("\(org.owner.name)'s org \(index)"),
        Text.literal(time: org.createdAt),
      ]
    }
    let members = orgs.flatMap { org in
      [(org.owner, "'owner'")] + (org.member.map { [($0, "'member'")] } ?? [])
    }
    let memberships = zip(orgs.flatMap { $0.member == nil ? [$0] : [$0, $0] }, members).map {
      org, member in
      [
        Text.literal(org.id), Text.literal(member.0.id), member.1,
        Text.literal(time: org.createdAt + (member.0.id == org.owner.id ? 0 : Self.day)),
      ]
    }
    let engineRows = engines.enumerated().map { index, engine in
      [
        Text.literal(engine.id), Text.literal(engine.org.id), Text.literal(engine.slug),
        Text.literal(engine.isDeleted ? "Old “memory”" : "Memory № \(index)"),
        engine.isDeleted ? "'deleted'" : "'active'", Text.literal(time: engine.createdAt),
      ]
    }
    return Text.insert("accounts.org", "id, slug, name, created_at", rows)
      + Text.insert("accounts.org_member", "org_id, identity_id, role, created_at", memberships)
      + Text.insert("accounts.engine", "id, org_id, slug, name, status, created_at", engineRows)
  }

  /// None is pending: one was accepted, one expired.
  private func invitationsSQL(_ random: inout SeededRandom) -> String {
    let team = orgs[Self.teamOrg]
    let rows = [("person7@example.org", true), ("never@example.org", false)].map {
      email, accepted in
      let at = team.createdAt + Self.day / 2
      return [
        SQLText.literal(random.identifier(at: at)), SQLText.literal(team.id),
        SQLText.literal(email), "'member'", SQLText.literal(team.owner.id),
        SQLText.literal(random.bytes(32)), "'2025-07-01 00:00:00+00'",
        accepted ? SQLText.literal(time: at + 1) : "null", SQLText.literal(time: at),
      ]
    }
    return SQLText.insert(
      "accounts.invitation",
      "id, org_id, email, role, invited_by, token_hash, expires_at, accepted_at, created_at", rows)
  }
}
