import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import SchemaPack

/// Takes engines out of the target again, one transaction each, for another rehearsal.
package struct EngineReset {
  private let held: FencedWriter

  package init(_ held: FencedWriter) {
    self.held = held
  }

  private var target: PostgresConnection { held.target }

  /// The reason why nothing was taken out.
  package enum Refusal: Error, Hashable, Sendable {
    /// Another process has taken over.
    case fenced
    /// The space is in use.
    case inUse(space: String, apiKeys: Int, changedRows: Int, rosterRows: Int)
    /// Users have signed up in the target.
    case peopleSignedUp(Int)
  }

  /// Removes space, data schema, marks, and the agents that nothing else uses. Plans the engine again in
  /// the next generation, and returns its jobs. A crash leaves all of it or nothing.
  package func reset(engine slug: String) async throws -> [Job] {
    try await inTransaction { target in
      let generation = Int(
        try await target.query(SQL.resetGeneration, [.text(slug)]).first?.integer("generation")
          ?? 0)
      try await takeBack(slug)
      let jobs = BasePlan.jobs(of: slug, generation: generation + 1)
      try await RunTables(target).add(jobs)
      return jobs
    }
  }

  /// Removes an engine that no longer takes part. A crash leaves all of it or nothing.
  package func remove(engine slug: String) async throws {
    try await inTransaction { _ in try await takeBack(slug) }
  }

  private func takeBack(_ slug: String) async throws {
    if try await !columns(of: "core", "space", on: target).isEmpty {
      try await refuseUse(of: slug)
      let agents = try await target.query(SQL.resetAgents, [.text(slug)]).first?.text("ids") ?? "{}"
      try await target.query("select core.delete_space($1)", [.text(slug)])
      try await target.query(SQL.resetDeleteUnusedAgents, [.text(agents)])
    }
    try await target.query(
      "drop schema if exists \(quoteIdentifier(SpaceSchema.name(of: slug))) cascade")
    try await target.query(SQL.resetForgetEngine, [.text(slug)])
  }

  /// Removes all migrated users. Every engine must have been reset before.
  package func resetIdentities() async throws {
    try await inTransaction { target in
      let users = try await target.query(SQL.resetPeopleSignedUp).first?.integer("users") ?? 0
      guard users == 0 else { throw Refusal.peopleSignedUp(Int(users)) }
      try await target.query(SQL.resetDeleteIdentities)
    }
  }

  /// A space that was never published cannot have been used: its differences are losses.
  private func refuseUse(of slug: String) async throws {
    let memory = try await columns(of: SpaceSchema.name(of: slug), "memory", on: target)
    let published = try await target.query(
      "select from core.space where slug = $1", [.text(slug)])
    guard !memory.isEmpty, !published.isEmpty else { return }
    let schema = SpaceSchema.name(of: slug)
    try await target.query(fillVariables(SQL.resetLockRosters, ["schema": schema]))
    let sql = fillVariables(
      SQL.resetPeopleWrote,
      ["slug": slug, "schema": schema, "roster_rows": String(try await publishedRows(of: slug))])
    guard let row = try await target.query(sql).first else { return }
    let changed = max(Int(try row.integer("written")), abs(Int(try row.integer("missing"))))
    let keys = Int(try row.integer("api_keys"))
    let roster = Int(try row.integer("roster_rows"))
    guard keys == 0, changed == 0, roster == 0 else {
      throw Refusal.inUse(
        space: slug, apiKeys: keys, changedRows: changed, rosterRows: roster)
    }
  }

  /// The number of the space's rows in `core` when it was published; 0 if an earlier release published it.
  private func publishedRows(of slug: String) async throws -> Int {
    let facts = try await RunTables(target).readFacts(engine: slug)
    guard let fact = facts.first(where: { $0.kind == .space }) else { return 0 }
    return try fact.decoded(PublishedSpace.self).rosterRows ?? 0
  }

  private func inTransaction<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    do {
      try await held.begin()
      let value = try await body(target)
      try await target.script("commit")
      return value
    } catch {
      await target.rollBack()
      // Another error than the one caught: the optimizer of Swift 6.3.1 crashes where it is always that.
      guard error is FenceLost else { throw error }
      throw Refusal.fenced
    }
  }
}
