import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// Checks, before anything is written, everything that a run needs. The checks are independent, so that one
/// preflight shows all problems. A check that depends on a failed one is left out.
package struct Preflight {
  let accounts: PostgresConnection
  let shard: PostgresConnection
  let target: PostgresConnection
  let pack: SchemaPack
  let settings: RunSettings
  let tuning: RunTuning
  let allowsSkipped: Bool?

  /// - Parameter allowsSkipped: whether requested engines that are not active may be skipped; nil if that has
  ///   been decided.
  package init(
    accounts: PostgresConnection, shard: PostgresConnection, target: PostgresConnection,
    pack: SchemaPack, settings: RunSettings, tuning: RunTuning, allowsSkipped: Bool? = nil
  ) {
    self.accounts = accounts
    self.shard = shard
    self.target = target
    self.pack = pack
    self.settings = settings
    self.tuning = tuning
    self.allowsSkipped = allowsSkipped
  }

  /// Runs every check. Changes of a check to the target are rolled back. Throws only if a connection is lost.
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

// MARK: - Known from opening the sessions

extension Preflight {
  private var distinct: PreflightCheck {
    let title = "three distinct databases"
    let all = [("accounts", accounts), ("shard", shard), ("target", target)]
    for (index, (name, one)) in all.enumerated() {
      for (otherName, other) in all[(index + 1)...] {
        if one.identity.isSameDatabase(as: other.identity) {
          return PreflightCheck(
            title, failed: "\(name) and \(otherName) are the same database",
            remedy: "Check the connection settings. Cluster and oid identify a database, its name "
              + "does not.")
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
        remedy: "Rehearse the migration: older sources than PostgreSQL 18 have not been tried.")
    }
    return PreflightCheck(title, passed: versionText(source))
  }

  private var targetVersion: PreflightCheck {
    guard target.identity.serverVersion >= 180_000 else {
      return PreflightCheck(
        "version of target", failed: versionText(target),
        remedy: "Upgrade the target's server: the new model needs PostgreSQL 18 or later.")
    }
    return PreflightCheck("version of target", passed: versionText(target))
  }

  private var targetWritable: PreflightCheck {
    target.identity.isInRecovery
      ? PreflightCheck(
        "target takes writes", failed: "the server is a standby",
        remedy: "Pass the address of the primary (target_session_attrs=read-write finds it).")
      : PreflightCheck("target takes writes", passed: "it is a primary")
  }

  private func encoding(_ connection: PostgresConnection, _ name: String) -> PreflightCheck {
    let encoding = connection.identity.encoding
    guard encoding == "UTF8" else {
      return PreflightCheck(
        "encoding of \(name)", failed: encoding,
        remedy: "Use a database with the encoding UTF8: rows are copied in binary form.")
    }
    return PreflightCheck("encoding of \(name)", passed: encoding)
  }
}
