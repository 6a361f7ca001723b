import JobModel
import Ledger
import LocalServers
import SourceFixtures
import Testing

/// What the rules about people, roles and rights come to in the target's own tables.
@Suite struct RosterRulesTests {
  @Test func `every rule is seen in the target, and the proof holds`() async throws {
    try await Scene.with(sources: Self.template) { scene in
      try await scene.run(Scene.start, ends: 0)
      let roster = try await scene.roster().filter { !$0.hasPrefix("user ") }
      #expect(roster.joined(separator: "\n") == Self.roster)
      let warnings = try await warnings(scene)
      #expect(
        warnings == [
          // The login that is a role, an agent's and a group's admin option, the cycle.
          "R10 a2/a3", "R10 b2/a5", "R10 b3/b2", "R10 b5",
          // The expiries, the inviter who is gone.
          "R12 -", "R12 35",
        ])
      try await scene.run(["verify", "--deep"], ends: 0)
    }
  }

  @Test func `invitations stay behind where nobody is to be invited`() async throws {
    try await Scene.with(sources: Self.template) { scene in
      try await scene.run(Scene.start + ["--no-invitations"], ends: 0)
      let roster = try await scene.roster()
      #expect(roster.contains("space rulesrules06 Rules english"))
      #expect(!roster.contains { $0.hasPrefix("invitation") })
      let warnings = try await warnings(scene)
      #expect(!warnings.contains { $0.hasPrefix("R12") })
      try await scene.run(["verify", "--deep"], ends: 0)
    }
  }

  /// Rule and row of each of the mapping's warnings, by the ends of their ids.
  private func warnings(_ scene: Scene) async throws -> [String] {
    let warnings = try await scene.withLedger { try await $0.warnings() }
    return warnings.filter { $0.rule != "index" }.map { warning in
      let row = warning.row ?? "-"
      return "\(warning.rule) "
        + row.replacing("019b0000-0000-7000-8000-0000000000", with: "")
    }.sorted()
  }

  private static let template = DatabaseTemplate(key: "roster rules", sides: DatabaseSide.sources) {
    try await fill($0.servers, $0.name)
  }

  private static func fill(_ servers: LocalServers, _ database: String) async throws {
    try await OldModel.createAccounts(on: servers.accounts, database: database)
    try await servers.accounts.run(SQL.sourcesRulesAccounts, database: database)
    try await OldModel.createEngine(
      on: servers.shard, database: database, slug: "rulesrules06", dimensions: 4)
    try await servers.shard.run(SQL.sourcesRulesEngine, database: database)
  }

  /// Lines as in `SQL/Target/roster.sql`.
  private static let roster = """
    access rulesrules06 a:ada@example.org/coder home.<owner>.<self> 3
    access rulesrules06 a:ada@example.org/gardener <root> 3
    access rulesrules06 a:ada@example.org/gardener home.<owner>.<self> 3
    access rulesrules06 g:rulesrules06/blue sky 1
    access rulesrules06 g:rulesrules06/everyone news 1
    access rulesrules06 g:rulesrules06/operators <root> 3
    access rulesrules06 u:ada@example.org <root> 3
    access rulesrules06 u:ada@example.org home.<self> 3
    access rulesrules06 u:grace@example.org <root> 3
    access rulesrules06 u:grace@example.org home.<self> 3
    access rulesrules06 u:grace@example.org shared 3
    access rulesrules06 u:mary@example.org home.<self> 3
    access rulesrules06 u:mary@example.org laptop 3
    access rulesrules06 u:mary@example.org notes 2
    access rulesrules06 u:mary@example.org shared 3
    group g:rulesrules06/blue u:grace@example.org
    group g:rulesrules06/blue u:mary@example.org
    group g:rulesrules06/engineers a:ada@example.org/coder
    group g:rulesrules06/engineers u:mary@example.org admin
    group g:rulesrules06/everyone a:ada@example.org/coder
    group g:rulesrules06/everyone u:mary@example.org
    group g:rulesrules06/red u:grace@example.org admin
    group g:rulesrules06/red u:mary@example.org
    group g:rulesrules06/staff a:ada@example.org/coder
    group g:rulesrules06/staff u:mary@example.org admin
    invitation rulesrules06 Admin-to-be@example.org t u:grace@example.org
    invitation rulesrules06 member-to-be@example.org f
    invitation rulesrules06 owner-to-be@example.org t u:ada@example.org
    member rulesrules06 a:ada@example.org/coder
    member rulesrules06 a:ada@example.org/gardener
    member rulesrules06 u:ada@example.org admin
    member rulesrules06 u:grace@example.org admin
    member rulesrules06 u:mary@example.org
    principal a:ada@example.org/coder
    principal a:ada@example.org/gardener
    principal g:rulesrules06/blue
    principal g:rulesrules06/engineers
    principal g:rulesrules06/everyone
    principal g:rulesrules06/operators
    principal g:rulesrules06/red
    principal g:rulesrules06/staff
    principal u:ada@example.org
    principal u:grace@example.org
    principal u:mary@example.org
    space rulesrules06 Rules english
    """
}
