import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

extension Preflight {
  /// Checks I6, E4, and the target's comparison of emails.
  func peopleChecks(_ engines: [OldEngine]) async throws -> [PreflightCheck] {
    [
      try await identitiesFit(), try await emailsCompare(), try await enginesHaveAdmins(engines),
    ]
  }

  private func identitiesFit() async throws -> PreflightCheck {
    let title = "identities fit the target (I6)"
    do {
      try await IdentityCheck(accounts: accounts, target: target, settings: settings).run()
      return PreflightCheck(title, passed: "ids, emails and names, under the target's case rules")
    } catch let error as MappingError {
      let refusals = error.refusals
      let shown = refusals.prefix(3).map { "\($0.row): \($0.message)" }.joined(separator: " ")
      let others = refusals.count > 3 ? " And \(refusals.count - 3) more." : ""
      return PreflightCheck(
        title, failed: shown + others,
        remedy: refusals.prefix(3).map(\.hint).joined(separator: " "))
    }
  }

  /// Checks for emails whose lower case is different in the target: people who type another case than the
  /// stored one would no longer be found.
  private func emailsCompare() async throws(PostgresError) -> PreflightCheck {
    let title = "emails compare as in the source"
    let rows = try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      try await accounts.query(SQL.preflightEmails)
    }
    var (emails, keys, ids): ([String], [String], [String]) = ([], [], [])
    for row in rows {
      emails.append(try row.text("email"))
      keys.append(try row.text("key"))
      ids.append(try row.text("id"))
    }
    let theirs = try await fold(emails, on: target)
    let different = zip(ids, zip(keys, theirs)).filter { $1.0 != $1.1 }.map(\.0)
    guard different.isEmpty else {
      return PreflightCheck(
        title,
        warning:
          "\(different.count) of \(emails.count) emails beyond ASCII have another lower case "
          + "in the target: \(firstFew(different))",
        remedy: "Create the target's database with the source's locale.")
    }
    return PreflightCheck(title, passed: "\(emails.count) emails beyond ASCII, all alike")
  }

  /// E4: such an engine fails alone.
  private func enginesHaveAdmins(
    _ engines: [OldEngine]
  ) async throws(PostgresError) -> PreflightCheck {
    let title = "every engine has an owner or admin (E4)"
    let without = try await enginesWithoutAdmin(on: accounts).intersection(engines.map(\.slug))
    guard without.isEmpty else {
      return PreflightCheck(
        title, warning: "\(without.count) have none and would fail: \(firstFew(without.sorted()))",
        remedy: "Make an existing identity owner of the org in the source, or accept the failures.")
    }
    return PreflightCheck(title, passed: "engines: \(engines.count)")
  }
}
