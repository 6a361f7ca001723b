import Testing

/// The table `memory` of a space, and its queue.
struct SpaceTests {
  @Test("A temporal value is a point or a period")
  func temporal() async throws {
    try await TargetDatabase.withProvisioned { target in
      for range in [
        "[2020-01-01,2020-01-01]", "[2020-01-01,2020-01-02)", "[2020-01-01,infinity)",
        "[-infinity,0001-01-01 BC)",
        "[2020-01-01,)",
      ] {
        try await target.execute(insert("temporal", "'\(range)'"))
      }
    }
  }

  @Test("What is neither is refused, and so is the rest that M4 names")
  func refused() async throws {
    try await TargetDatabase.withProvisioned { target in
      for range in [
        "empty", "(,2020-01-01)", "(,)", "[2020-01-01,2021-01-01]",
        "(2020-01-01,2021-01-01)", "(2020-01-01,2021-01-01]", "[2020-01-01,2020-01-01)",
      ] {
        #expect(
          try await target.refusal(insert("temporal", "'\(range)'")) == "memory_temporal_form")
      }
      #expect(try await target.refusal(insert("meta", "'[]'")) == "memory_meta_is_object")
      #expect(try await target.refusal(insert("meta", "'null'")) == "memory_meta_is_object")
      #expect(try await target.refusal(insert("id", "gen_random_uuid()")) == "memory_id_is_v7")
      try await target.execute(insert("tree, name", "'a.b', 'n'") + ";" + insert("tree", "'a.b'"))
      #expect(
        try await target.refusal(insert("tree, name", "'a.b', 'n'")) == "memory_tree_name_key")
    }
  }

  @Test("A memory without an embedding is queued once; a change touches updated_at")
  func triggers() async throws {
    try await TargetDatabase.withProvisioned { target in
      let id = try await target.text(insert("content_version", "7") + " returning id as value")
      try await target.execute(insert("embedding, updated_at", "'[1,2,3]', null"))
      #expect(
        try await target.texts(
          "select memory_id || ' ' || content_version as value from \(schema).embedding_queue")
          == ["\(id) 7"])
      let touched = "select count(updated_at) as value from \(schema).memory"
      #expect(try await target.text(touched) == "0")
      try await target.execute("update \(schema).memory set content = 'y' where id = '\(id)'")
      #expect(try await target.text(touched) == "1")
      try await target.execute("delete from \(schema).memory")
      #expect(
        try await target.text("select count(*) as value from \(schema).embedding_queue") == "0")
    }
  }

  @Test("The secondary indexes are those of the app")
  func indexes() async throws {
    try await TargetDatabase.withProvisioned { target in
      let definitions = try await target.texts(
        """
        select regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '') as value
        from pg_index where indrelid = '\(schema).memory'::regclass order by 1
        """)
      #expect(
        definitions == [
          "btree (id)", "btree (tree, name) WHERE (name IS NOT NULL)",
          "gin (meta)", "gin (to_tsvector('english'::regconfig, content))",
          "gist (temporal) WHERE (temporal IS NOT NULL)", "gist (tree)",
          "hnsw (embedding public.halfvec_cosine_ops) WITH (m='16', ef_construction='64')",
        ])
    }
  }

  private let schema = "me_abcdefghijkl"

  private func insert(_ columns: String, _ values: String) -> String {
    "insert into \(schema).memory (content, \(columns)) values ('x', \(values))"
  }
}
