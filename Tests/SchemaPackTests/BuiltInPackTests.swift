import LocalServers
import PostgresLink
import SchemaPack
import Testing

/// Tables and constraints of the built-in pack.
struct BuiltInPackTests {
  private let u1 = "018f0000-0000-7000-8000-000000000001"
  private let u2 = "018f0000-0000-7000-8000-000000000002"

  @Test("Provisions everything, and a second run changes nothing")
  func provisions() async throws {
    try await TargetDatabase.withProvisioned { target in
      let pack = try SchemaPack.builtIn(textSearch: .gin)
      let runner = PackRunner(pack)
      let german = try PackValues.space(slug: "123456789012", language: "german", dimensions: 1536)
      try await target.run(runner, .space, "me_123456789012", german)
      let types = try await target.texts(
        """
        select format_type(atttypid, atttypmod) as value from pg_attribute
        where attname = 'embedding' and attrelid::regclass::text like '%memory' order by 1
        """)
      #expect(types == ["public.halfvec(1536)", "public.halfvec(3)"])
      let index = try await target.text(
        "select pg_get_indexdef('me_123456789012.memory_content_idx'::regclass) as value")
      #expect(index.contains("to_tsvector('german'::regconfig, content)"))

      let before = try await target.catalog()
      try await target.provision(pack)
      #expect(try await target.catalog() == before)
      #expect(before.count > 200)
      for (part, schema) in [(PackPart.auth, "auth"), (.core, "core"), (.space, "me_abcdefghijkl")]
      {
        #expect(
          try await runner.outstanding(part: part, schema: schema, on: target.connection).isEmpty)
      }
    }
  }

  @Test("auth refuses what it must")
  func auth() async throws {
    try await TargetDatabase.withProvisioned { target in
      try await target.execute(
        """
        insert into auth.users (id, name, email) values ('\(u1)', 'A', 'A@x');
        insert into auth.accounts (user_id, provider_id, account_id) values ('\(u1)', 'github', '1')
        """)
      for (sql, constraint) in [
        ("users (name, email) values ('B', 'a@X')", "users_email_key"),
        ("users (id, name, email) values (gen_random_uuid(), 'B', 'b')", "users_id_is_v7"),
        (
          "users (id, name, email) values ('00000000-0000-0000-0000-000000000000', 'B', 'b')",
          "users_id_is_v7"
        ),
        (
          "accounts (user_id, provider_id, account_id) values ('\(u1)', 'gitlab', '2')",
          "accounts_provider_is_known"
        ),
        (
          "accounts (user_id, provider_id, account_id) values ('\(u1)', 'github', '1')",
          "accounts_provider_id_account_id_key"
        ),
      ] {
        #expect(try await target.refusal("insert into auth.\(sql)") == constraint)
      }
      #expect(
        try await target.text("select email_verified::text as value from auth.users") == "false")
      try await target.execute("delete from auth.users")
      #expect(try await target.text("select count(*) as value from auth.accounts") == "0")
    }
  }

  @Test("Principals have what their kind has, and names unique where it counts")
  func principals() async throws {
    try await TargetDatabase.withProvisioned { target in
      let (s1, s2) = try await twoSpaces(target)
      try await target.execute(
        """
        select core.create_user('\(u1)', 'a@x');
        select core.create_user('\(u2)', 'b@x');
        select core.create_agent('\(u1)', 'coder');
        select core.create_agent('\(u2)', 'Coder');
        select core.create_group('\(s1)', 'team');
        select core.create_group('\(s2)', 'Team')
        """)
      for (sql, constraint) in [
        ("select core.create_user(uuidv7(), 'A@X')", "principal_user_name_key"),
        ("select core.create_user(uuidv7(), 'a/b')", "principal_name_without_slash"),
        ("select core.create_user(gen_random_uuid(), 'c')", "principal_id_is_v7"),
        ("select core.create_agent('\(u1)', 'CODER')", "principal_agent_name_key"),
        ("select core.create_agent('\(u1)', '.x')", "principal_name_form"),
        ("select core.create_agent('\(u1)', repeat('x', 101))", "principal_name_form"),
        ("select core.create_agent('\(u1)', E'x\\n')", "principal_name_form"),
        ("select core.create_agent(uuidv7(), 'x')", "principal_owner_id_fkey"),
        ("select core.create_group('\(s1)', 'TEAM')", "principal_group_name_key"),
        ("select core.create_group('\(s1)', 'a b')", "principal_name_form"),
        ("insert into core.principal (kind, name) values ('x', 'x')", "principal_kind_is_known"),
        ("insert into core.principal (kind, name) values ('a', 'x')", "principal_owner_of_agents"),
        ("insert into core.principal (kind, name) values ('g', 'x')", "principal_space_of_groups"),
        (
          "insert into core.principal (kind, name, owner_id) values ('u', 'x', '\(u1)')",
          "principal_owner_of_agents"
        ),
        ("select core.create_space('short', 'x', 'english')", "space_slug_form"),
        ("select core.create_space('abcdefghijkz', 'x', 'E')", "space_language_form"),
      ] {
        #expect(try await target.refusal(sql) == constraint, "\(sql)")
      }
      let shapes = try await target.texts(
        """
        select distinct kind || (user_id = id)::text || (group_id = id)::text
          || (agent_id = id)::text || (member_id = id)::text as value
        from (select kind, id, coalesce(user_id, '\(u1)') user_id, coalesce(group_id, '\(u1)')
          group_id, coalesce(agent_id, '\(u1)') agent_id, coalesce(member_id, '\(u1)') member_id
          from core.principal where id <> '\(u1)') s order by 1
        """)
      #expect(shapes == ["afalsefalsetruetrue", "gfalsetruefalsefalse", "utruefalsefalsetrue"])
    }
  }

  @Test("A group's members are users or agents, in the group's own space")
  func groupMembers() async throws {
    try await TargetDatabase.withProvisioned { target in
      let (s1, s2) = try await twoSpaces(target)
      let group = try await target.text("select core.create_group('\(s1)', 'team') as value")
      try await target.execute("select core.create_user('\(u1)', 'a@x')")
      try await target.execute("select core.add_group_member('\(s1)', '\(group)', '\(u1)')")
      #expect(
        try await target.refusal("select core.add_group_member('\(s1)', '\(group)', '\(group)')")
          == "group_member_member_id_fkey")
      #expect(
        try await target.refusal("select core.add_group_member('\(s2)', '\(group)', '\(u1)')")
          == "group_member_group_of_space")
      #expect(
        try await target.refusal("select core.grant_tree_access('\(s1)', '\(u1)', '', 4)")
          == "tree_access_level_is_known")
    }
  }

  private func twoSpaces(_ target: TargetDatabase) async throws -> (String, String) {
    let make = "select core.create_space('%', 'S', 'english') as value"
    return (
      try await target.text(make.replacing("%", with: "abcdefghijkl")),
      try await target.text(make.replacing("%", with: "123456789012"))
    )
  }
}
