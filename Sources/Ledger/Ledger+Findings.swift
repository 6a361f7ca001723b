import GRDB
import JobModel

extension Ledger {
  /// Adds warnings. Known ones are not added again.
  package func recordWarnings(_ warnings: [MigrationWarning]) async throws(LedgerError) {
    try await write("note warnings") { db, time in
      for warning in warnings {
        try db.run(
          """
          INSERT INTO warning (at, rule, engine, row, message) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """,
          [time.microseconds, warning.rule, warning.engine, warning.row, warning.message])
      }
    }
  }

  /// The warnings in the order in which they were added.
  package func warnings() async throws(LedgerError) -> [MigrationWarning] {
    try await read("read the warnings") { db, _ in
      try Row.fetchAll(db, sql: "SELECT * FROM warning ORDER BY id").map {
        MigrationWarning(
          rule: $0["rule"], engine: $0["engine"], row: $0["row"], message: $0["message"])
      }
    }
  }

  /// Copies facts of the target; a fact that is there already takes the new value.
  package func recordFacts(_ facts: [Fact]) async throws(LedgerError) {
    try await write("copy facts") { db, _ in
      for fact in facts {
        try db.run(
          """
          INSERT INTO fact (job, kind, key, engine, value_json) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET value_json = excluded.value_json
          """, [fact.job.description, fact.kind.rawValue, fact.key, fact.engine, fact.value])
      }
    }
  }

  /// The facts of one kind, or all, by job and key.
  package func facts(kind: Fact.Kind? = nil) async throws(LedgerError) -> [Fact] {
    try await read("read facts") { db, _ in
      let rows = try Row.fetchAll(
        db,
        sql: "SELECT * FROM fact WHERE ?1 IS NULL OR kind = ?1 ORDER BY job, kind, key",
        arguments: [kind?.rawValue])
      return try rows.compactMap { row in
        // Kinds of older or newer releases are ignored.
        guard let kind = Fact.Kind(rawValue: row["kind"]) else { return nil }
        return Fact(
          engine: row["engine"], kind: kind, key: row["key"],
          job: try decoded(row["job"], "fact.job", { JobName($0) }), json: row["value_json"])
      }
    }
  }
}
