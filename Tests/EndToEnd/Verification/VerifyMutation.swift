/// A change of the target that a verification has to find, and how it is taken back.
struct VerifyMutation: Sendable {
  var name: String
  /// The tables that it changes: saved before, put back after.
  var tables: [String] = []
  var change: String
  /// What puts back what is no table's content.
  var undo = ""
  /// What plain verify finds, as `check engine row column`.
  var plain: [String] = []
  /// What `--deep` finds beside.
  var deep: [String] = []
}

extension VerifyMutation {
  var save: String {
    tables.map { "create table \(Self.copy(of: $0)) as table \($0);\n" }.joined()
  }

  var restore: String {
    tables.map { table in
      """
      delete from \(table);
      insert into \(table) overriding system value select * from \(Self.copy(of: table));
      drop table \(Self.copy(of: table));

      """
    }.joined() + undo
  }

  private static func copy(of table: String) -> String {
    "public.saved_" + table.replacing(".", with: "_")
  }
}

/// Rows of a migrated target to change.
struct MutationPlaces {
  var engine: String
  /// A memory that has everything; another one beside it.
  var memory: String
  var other: String
  /// A memory that waits for its embedding, and its engine.
  var waiting: String
  var waitingEngine: String
  /// A space with a group: its engine, the group's only member, the group.
  var team: String
  var member: String
  var group: String
  /// The owner of the team's space: its only admin.
  var admin: String
}

extension VerifyFixture {
  func places() async throws -> MutationPlaces {
    func one(_ sql: String) async throws -> [String] {
      guard let row = try await onTarget(sql).first else { throw Failure(text: sql) }
      return row
    }
    let spaces = try await onTarget("select slug from core.space order by slug;").map { $0[0] }
    var (engine, most) = ("", 0)
    var waiting = ("", "")
    for slug in spaces {
      let rows = try await one("select count(*) from me_\(slug).memory;")[0]
      if let count = Int(rows), count > most { (engine, most) = (slug, count) }
      let queued = try await onTarget("select memory_id from me_\(slug).embedding_queue limit 1;")
      if let id = queued.first?[0] { waiting = (slug, id) }
    }
    let memories = try await onTarget(
      """
      select id from me_\(engine).memory where embedding is not null and temporal is not null
        and public.nlevel(tree) > 1 and updated_at is not null order by id limit 2;
      """)
    let group = try await one(
      """
      select s.slug, m.member_id, m.group_id, r.principal_id
      from core.group_member m join core.space s on s.id = m.space_id
      join core.principal_space r on r.space_id = s.id and r.admin;
      """)
    guard memories.count == 2 else { throw Failure(text: "no two memories that have everything") }
    return MutationPlaces(
      engine: engine, memory: memories[0][0], other: memories[1][0], waiting: waiting.1,
      waitingEngine: waiting.0, team: group[0], member: group[1], group: group[2],
      admin: group[3])
  }
}
