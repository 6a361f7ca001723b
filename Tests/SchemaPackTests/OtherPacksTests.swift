import SchemaPack
import Testing

/// Packs of other releases, which name some things differently.
struct OtherPacksTests {
  @Test("The older release's column is embedding_version")
  func older() async throws {
    try await TargetDatabase.with { target in
      try await target.provision(try SchemaPack(folder: packFolder("older"), textSearch: .gin))
      try await target.execute(
        "insert into me_abcdefghijkl.memory (content, embedding_version) values ('x', 4)")
      #expect(
        try await target.text(
          "select content_version as value from me_abcdefghijkl.embedding_queue") == "4")
      #expect(try await target.text("select version as value from auth.version") == "0.0.9")
    }
  }

  @Test("The newer release fills columns of its own, and has an index method of its own")
  func newer() async throws {
    try await TargetDatabase.with { target in
      let pack = try SchemaPack(folder: packFolder("newer"), textSearch: .gin)
      try await target.provision(pack)
      try await target.execute("insert into me_abcdefghijkl.memory (content) values ('x')")
      #expect(
        try await target.text(
          """
          select version || encode(version_hash, 'hex') as value from me_abcdefghijkl.memory
          """) == "12d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881")
      let methods = try await target.texts(
        """
        select amname as value from pg_class c join pg_am a on a.oid = c.relam
        where c.oid = 'me_abcdefghijkl.memory_source_idx'::regclass
        """)
      #expect(methods == ["bloom"])
      #expect(try await target.text("select count(token) as value from auth.sessions") == "0")
      let before = try await target.catalog()
      try await target.provision(pack)
      #expect(try await target.catalog() == before)
    }
  }

  @Test("A function whose signature changed is replaced; a broken promise is an error")
  func guards() async throws {
    try await TargetDatabase.with { target in
      try await target.provision(try SchemaPack(folder: packFolder("newer"), textSearch: .gin))
      try await target.execute(
        """
        drop function me_abcdefghijkl.count_memories;
        create function me_abcdefghijkl.count_memories(below public.ltree) returns int return 1
        """)
      try await target.provision(try SchemaPack(folder: packFolder("newer"), textSearch: .gin))
      #expect(try await target.text("select me_abcdefghijkl.count_memories() as value") == "0")
    }
  }
}
