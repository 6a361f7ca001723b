import Foundation

extension LocalCluster {
  /// Runs a script as the superuser through psql and returns what it printed: rows on lines,
  /// columns parted by tabs, no headers. `:name`, `:'name'` and `:"name"` stand for `variables`.
  ///
  /// Stops at the first error and throws it, with psql's line number. Statements commit one by one.
  @discardableResult
  package func run(
    _ sql: String, database: String = "postgres", variables: [String: String] = [:]
  ) async throws -> String {
    let assignments = variables.sorted { $0.key < $1.key }.flatMap {
      ["-v", "\($0.key)=\($0.value)"]
    }
    return try await psql(assignments + ["-f", "-"], database: database) {
      try $0.write(contentsOf: Data(sql.utf8))
    }
  }

  /// The rows of one query, split into their columns; NULL is an empty text.
  package func rows(_ sql: String, database: String = "postgres") async throws -> [[String]] {
    try await run(sql, database: database).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// Runs `COPY … FROM STDIN`, whose data `feed` writes piece by piece, and returns when the server
  /// has all of it.
  package func copyIn(
    _ statement: String, database: String,
    feed: @escaping @Sendable (_ write: ([UInt8]) throws -> Void) throws -> Void
  ) async throws {
    try await psql(["-c", statement], database: database) { input in
      try feed { try input.write(contentsOf: $0) }
    }
  }

  /// What `pg_dump --schema-only` says of a database.
  package func dumpSchema(database: String) async throws -> String {
    let output = try await Command(
      arguments: [installation.program("pg_dump"), "--schema-only", "--no-owner"],
      environment: environment(database: database)
    ).run()
    try succeeded(output, "dumping the schema in \(name), database \(database)")
    return output.text
  }

  /// Creates a database: an empty one, or a copy of another, which has no sessions. Its files are copied as
  /// they are: half the work of writing them to the log, which is the default.
  package func createDatabase(_ database: String, copiedFrom original: String? = nil) async throws {
    try await run(
      #"create database :"name" template :"original" strategy file_copy;"#,
      variables: ["name": database, "original": original ?? "template1"])
  }

  /// Drops a database if it is there, cutting its sessions.
  package func dropDatabase(_ database: String) async throws {
    try await run(#"drop database if exists :"name" with (force);"#, variables: ["name": database])
  }

  /// What makes psql reach a database as the superuser, with the password out of the process list.
  package func environment(database: String) -> [String: String] {
    [
      "PGHOST": "127.0.0.1", "PGPORT": "\(port)", "PGUSER": Self.superuser,
      "PGPASSWORD": password, "PGDATABASE": database, "PGCLIENTENCODING": "UTF8",
      "PGOPTIONS": "-c client_min_messages=warning",
    ]
  }

  @discardableResult
  private func psql(
    _ arguments: [String], database: String, feed: @escaping Command.Feed
  ) async throws -> String {
    let quiet = ["-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
    let output = try await Command(
      arguments: [installation.program("psql")] + quiet + arguments,
      environment: environment(database: database)
    ).run(feed: feed)
    try succeeded(output, "running SQL in \(name), database \(database)")
    return output.text
  }
}
