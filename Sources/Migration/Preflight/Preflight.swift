import Foundation
import JobModel
import Mapping
import PostgresLink
import SchemaPack

/// Looks, before anything is written, whether a run can go through. Each check stands for itself, so
/// that one look shows everything there is to put right.
package struct Preflight {
  let accounts: PostgresConnection
  let shard: PostgresConnection
  let target: PostgresConnection
  let pack: SchemaPack

  package init(
    accounts: PostgresConnection, shard: PostgresConnection, target: PostgresConnection,
    pack: SchemaPack
  ) {
    self.accounts = accounts
    self.shard = shard
    self.target = target
    self.pack = pack
  }

  /// Runs every check. What a check does to the target is rolled back. Throws only when a connection is
  /// lost meanwhile.
  package func run() async throws(PostgresError) -> [PreflightCheck] {
    var checks = [distinct, targetVersion, targetWritable]
    checks += [
      encoding(accounts, "accounts"), encoding(shard, "shard"), encoding(target, "target"),
    ]
    checks.append(try await accountsReadable())
    checks.append(try await shardReadable())
    let empty = try await targetEmpty()
    checks.append(empty)
    // Only an empty target of the right version can be provisioned for a rehearsal.
    if empty.isPassed, targetVersion.isPassed, targetWritable.isPassed {
      checks.append(try await packRuns())
    }
    return checks
  }

  private var distinct: PreflightCheck {
    let title = "three distinct databases"
    let all = [("accounts", accounts), ("shard", shard), ("target", target)]
    for (index, (name, one)) in all.enumerated() {
      for (otherName, other) in all[(index + 1)...] {
        if one.identity.isSameDatabase(as: other.identity) {
          return PreflightCheck(
            title, failed: "\(name) and \(otherName) are the same database",
            remedy: "Check the connection settings: a name does not identify a database, its "
              + "cluster and oid do.")
        }
      }
    }
    return PreflightCheck(title, passed: "told apart by cluster and oid")
  }

  private var targetVersion: PreflightCheck {
    let version = target.identity.serverVersion
    let found = "PostgreSQL \(version / 10_000).\(version % 10_000)"
    guard version >= 180_000 else {
      return PreflightCheck(
        "target's version", failed: found,
        remedy: "The new model needs PostgreSQL 18 or later: upgrade the target's server.")
    }
    return PreflightCheck("target's version", passed: found)
  }

  private var targetWritable: PreflightCheck {
    target.identity.isInRecovery
      ? PreflightCheck(
        "target takes writes", failed: "the server is a standby",
        remedy: "Give the address of the primary (target_session_attrs=read-write finds it).")
      : PreflightCheck("target takes writes", passed: "it is a primary")
  }

  private func encoding(_ connection: PostgresConnection, _ name: String) -> PreflightCheck {
    let encoding = connection.identity.encoding
    guard encoding == "UTF8" else {
      return PreflightCheck(
        "\(name)'s encoding", failed: encoding,
        remedy: "Rows are copied in binary form, so every database must be UTF8.")
    }
    return PreflightCheck("\(name)'s encoding", passed: encoding)
  }
}

// MARK: - Sources

extension Preflight {
  private func accountsReadable() async throws(PostgresError) -> PreflightCheck {
    try await attempt("accounts can be read", remedy: readRemedy) { () throws(PostgresError) in
      try await accounts.inSourceSnapshot { accounts throws(PostgresError) in
        _ = try await accounts.query(SQL.preflightAccounts)
      }
      return "every table that is read"
    }
  }

  /// Reads no row of any engine: a policy that would hide some is an error all the same.
  private func shardReadable() async throws(PostgresError) -> PreflightCheck {
    try await attempt("shard can be read whole", remedy: shardRemedy) { () throws(PostgresError) in
      try await shard.inSourceSnapshot { shard throws(PostgresError) in
        let schemas = try await shard.query(SQL.shardSchemas)
        var looks: [String] = []
        for row in schemas {
          looks.append(fillVariables(SQL.preflightShard, ["schema": try row.text("name")]))
        }
        try await shard.script(looks.joined(separator: ";\n"))
        return "\(schemas.count) engine schemas, no policy hides rows from this role"
      }
    }
  }

  private var readRemedy: String {
    "Grant the role USAGE on the schema and SELECT on its tables, and check that it is the database "
      + "with the identities."
  }

  private var shardRemedy: String {
    "Row-level security filters what this role sees, or it may not read at all. Connect as the owner "
      + "of the tables, or as its superuser: ALTER ROLE … BYPASSRLS."
  }
}

// MARK: - Target

extension Preflight {
  private func targetEmpty() async throws(PostgresError) -> PreflightCheck {
    let title = "target is empty"
    if let run = try await TargetState(target).readRun() {
      return PreflightCheck(
        title,
        failed: "it carries the run \(run.runID.uuidString.lowercased()), "
          + "begun by process \(run.place.pid) on \(run.place.host)",
        remedy:
          "Go on with that run's ledger (orchestrator resume --ledger …), or rebuild a lost one "
          + "with resume --rebuild-ledger.")
    }
    var found: [String] = []
    for row in try await target.query(SQL.targetUserTables) {
      found.append("\(try row.text("name")) (\(try row.integer("relations")) relations)")
    }
    guard found.isEmpty else {
      return PreflightCheck(
        title, failed: "it holds " + found.joined(separator: ", "),
        remedy: "The target must be a fresh database: CREATE DATABASE …, or drop what is there.")
    }
    return PreflightCheck(title, passed: "no schemas, no tables")
  }

  /// Provisions everything once, with a space of a made-up slug, and rolls it back: extensions,
  /// privileges and the pack's own statements are proven by doing it.
  private func packRuns() async throws(PostgresError) -> PreflightCheck {
    let title = "schema pack provisions"
    do {
      try await target.script("begin")
      let runner = PackRunner(pack)
      try await runner.run(part: .auth, schema: "auth", on: target)
      try await runner.run(part: .core, schema: "core", on: target)
      let slug = "rehearsal000"
      try await runner.run(
        part: .space, schema: "me_\(slug)",
        values: .space(slug: slug, language: "english", dimensions: 8), on: target)
      await target.rollBack()
      return PreflightCheck(title, passed: "\(pack.name), rehearsed and rolled back")
    } catch let error as PackError {
      await target.rollBack()
      if let cause = error.cause, cause.endsSession { throw cause }
      return PreflightCheck(
        title, failed: error.problem,
        remedy: error.hint ?? "Correct the pack, or give another one with --schema-pack.")
    } catch let error as PostgresError {
      throw error
    } catch {
      preconditionFailure("an error of another kind: \(error)")
    }
  }

  /// A server's refusal is a finding; a lost connection is not.
  private func attempt(
    _ title: String, remedy: String, _ body: () async throws(PostgresError) -> String
  ) async throws(PostgresError) -> PreflightCheck {
    do throws(PostgresError) {
      return PreflightCheck(title, passed: try await body())
    } catch {
      if error.endsSession { throw error }
      return PreflightCheck(title, failed: "\(error)", remedy: remedy)
    }
  }
}
