import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// Looks, before anything is written, whether a run can go through. Each check stands for itself, so
/// that one look shows everything there is to put right; those that need another one to have passed are
/// left out where it has not.
package struct Preflight {
  let accounts: PostgresConnection
  let shard: PostgresConnection
  let target: PostgresConnection
  let pack: SchemaPack
  let settings: RunSettings
  let tuning: RunTuning

  package init(
    accounts: PostgresConnection, shard: PostgresConnection, target: PostgresConnection,
    pack: SchemaPack, settings: RunSettings, tuning: RunTuning
  ) {
    self.accounts = accounts
    self.shard = shard
    self.target = target
    self.pack = pack
    self.settings = settings
    self.tuning = tuning
  }

  /// Runs every check. What a check does to the target is rolled back. Throws only when a connection is
  /// lost meanwhile.
  package func run() async throws -> [PreflightCheck] {
    var checks = [
      distinct, sourceVersion(accounts, "accounts"), sourceVersion(shard, "shard"), targetVersion,
      encoding(accounts, "accounts"), encoding(shard, "shard"), encoding(target, "target"),
      targetWritable,
    ]
    checks += try await standbyChecks()
    let canWrite = !targetVersion.isFailed && !targetWritable.isFailed
    let readable = try await sourceChecks()
    checks += readable.checks
    let empty = try await targetEmpty()
    checks.append(empty)
    // Only an empty target of the right version can be provisioned for a rehearsal.
    if canWrite, !empty.isFailed {
      checks += try await provisioningChecks(readable.engines)
    }
    if readable.areAccountsReadable { checks += try await peopleChecks(readable.engines) }
    return try await checks + serverChecks()
  }

  /// A server's refusal is a finding; a lost connection is not.
  func attempt(
    _ title: String, remedy: String, _ body: () async throws(PostgresError) -> PreflightCheck
  ) async throws(PostgresError) -> PreflightCheck {
    do throws(PostgresError) {
      return try await body()
    } catch {
      if error.endsSession { throw error }
      return PreflightCheck(title, failed: "\(error)", remedy: remedy)
    }
  }
}

// MARK: - What opening the sessions has told

extension Preflight {
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
    // Opening a session through a pooler is refused.
    return PreflightCheck(
      title, passed: "told apart by cluster and oid; no connection pooler in between")
  }

  private func versionText(_ connection: PostgresConnection) -> String {
    let version = connection.identity.serverVersion
    return "PostgreSQL \(version / 10_000).\(version % 10_000)"
  }

  private func sourceVersion(_ source: PostgresConnection, _ name: String) -> PreflightCheck {
    let title = "version of \(name)"
    guard source.identity.serverVersion >= 180_000 else {
      return PreflightCheck(
        title, warning: versionText(source),
        remedy: "The old app runs on PostgreSQL 18; older sources have not been tried: rehearse.")
    }
    return PreflightCheck(title, passed: versionText(source))
  }

  private var targetVersion: PreflightCheck {
    guard target.identity.serverVersion >= 180_000 else {
      return PreflightCheck(
        "version of target", failed: versionText(target),
        remedy: "The new model needs PostgreSQL 18 or later: upgrade the target's server.")
    }
    return PreflightCheck("version of target", passed: versionText(target))
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
        "encoding of \(name)", failed: encoding,
        remedy: "Rows are copied in binary form, so every database must be UTF8.")
    }
    return PreflightCheck("encoding of \(name)", passed: encoding)
  }
}
