extension VerifyMutation {
  /// One column of one memory each, and rows that are gone, new or swapped.
  static func memories(_ places: MutationPlaces) -> [VerifyMutation] {
    let table = "me_\(places.engine).memory"
    func column(_ name: String, _ column: String, _ value: String) -> VerifyMutation {
      VerifyMutation(
        name: name, tables: [table],
        change: "update \(table) set \(column) = \(value) where id = '\(places.memory)';",
        deep: [
          "memory_checksums \(places.engine) \(places.memory) "
            + (column == "content_version" ? "embedding_version" : column)
        ])
    }
    return [
      column(
        "one bit of one halfvec", "embedding",
        "(array[-(embedding::real[])[1]] || (embedding::real[])[2:])::public.halfvec"),
      column(
        "one character of one content", "content",
        "overlay(content placing (case when content like 'x%' then 'y' else 'x' end) from 1 for 1)"),
      column(
        "one microsecond of created_at", "created_at", "created_at + interval '1 microsecond'"),
      column(
        "one microsecond of updated_at", "updated_at", "updated_at - interval '1 microsecond'"),
      column("an updated_at made null", "updated_at", "null"),
      column(
        "one tree label", "tree",
        "public.subpath(tree, 0, -1) operator(public.||) 'changed'::public.ltree"),
      column("a temporal made null", "temporal", "null"),
      column("one key of meta", "meta", #"meta || '{"changed": 1}'"#),
      column("a version", "content_version", "content_version + 1"),
    ] + wholeRows(places, table)
  }

  private static func wholeRows(_ places: MutationPlaces, _ table: String) -> [VerifyMutation] {
    let engine = places.engine
    let added = "01900000-0000-7000-8000-000000000001"
    return [
      VerifyMutation(
        name: "a row deleted", tables: [table],
        change: "delete from \(table) where id = '\(places.memory)';",
        plain: ["memory_counts \(engine)"], deep: ["memory_checksums \(engine) \(places.memory)"]),
      VerifyMutation(
        name: "a row added", tables: [table],
        change: """
          insert into \(table) (id, content, embedding)
          select '\(added)', 'new', embedding from \(table) where id = '\(places.memory)';
          """,
        plain: ["memory_counts \(engine)"], deep: ["memory_checksums \(engine) \(added)"]),
      VerifyMutation(
        name: "the contents of two rows swapped", tables: [table],
        change: """
          update \(table) m set content = o.content from \(table) o
          where m.id in ('\(places.memory)', '\(places.other)')
            and o.id in ('\(places.memory)', '\(places.other)') and o.id <> m.id;
          """,
        deep: [places.memory, places.other].map { "memory_checksums \(engine) \($0) content" }),
      VerifyMutation(
        name: "an embedding lost", tables: [table],
        change: "update \(table) set embedding = null where id = '\(places.memory)';",
        plain: ["embedding_queue \(engine) \(places.memory)", "memory_counts \(engine)"],
        deep: ["memory_checksums \(engine) \(places.memory) embedding"]),
      VerifyMutation(
        name: "a memory given a name", tables: [table],
        change: "update \(table) set name = 'named' where id = '\(places.memory)';",
        plain: ["memory_names \(engine) \(places.memory)"]),
    ]
  }

  /// The queue and the indexes.
  static func besides(_ places: MutationPlaces) -> [VerifyMutation] {
    let queue = "me_\(places.waitingEngine).embedding_queue"
    let memory = "me_\(places.engine).memory"
    let index = "me_\(places.engine).memory_meta_idx"
    let waiting = "embedding_queue \(places.waitingEngine) \(places.waiting)"
    let recreate =
      "create index memory_meta_idx on me_\(places.engine).memory using gin (meta);"
    func valid(_ value: Bool) -> String {
      "update pg_index set indisvalid = \(value) where indexrelid = '\(index)'::regclass;"
    }
    return [
      VerifyMutation(
        name: "a queue row twice", tables: [queue],
        change: """
          insert into \(queue) (memory_id, content_version)
          select memory_id, content_version from \(queue) where memory_id = '\(places.waiting)';
          """, plain: [waiting]),
      VerifyMutation(
        name: "a queue row lost", tables: [queue],
        change: "delete from \(queue) where memory_id = '\(places.waiting)';", plain: [waiting]),
      VerifyMutation(
        name: "a queue row closed", tables: [queue],
        change: "update \(queue) set outcome = 'done' where memory_id = '\(places.waiting)';",
        plain: [waiting]),
      VerifyMutation(
        name: "a queue row of another version", tables: [queue],
        change: """
          update \(queue) set content_version = content_version + 1
          where memory_id = '\(places.waiting)';
          """, plain: [waiting]),
      VerifyMutation(
        name: "the primary key dropped",
        change: "alter table \(memory) drop constraint memory_pkey cascade;",
        undo: """
          alter table \(memory) add constraint memory_pkey primary key (id);
          alter table me_\(places.engine).embedding_queue
            add constraint embedding_queue_memory_id_fkey
            foreign key (memory_id) references \(memory) (id) on delete cascade;
          """, plain: ["indexes \(places.engine) memory_pkey"]),
      VerifyMutation(
        name: "an index dropped", change: "drop index \(index);", undo: recreate,
        plain: ["indexes \(places.engine) memory_meta_idx"]),
      VerifyMutation(
        name: "an index of another definition",
        change: """
          drop index \(index);
          create index memory_meta_idx on me_\(places.engine).memory using gin (meta jsonb_path_ops);
          """, undo: "drop index \(index);\n\(recreate)",
        plain: ["indexes \(places.engine) memory_meta_idx"]),
      VerifyMutation(
        name: "an index made invalid", change: valid(false), undo: valid(true),
        plain: ["indexes \(places.engine) memory_meta_idx"]),
    ]
  }
}
