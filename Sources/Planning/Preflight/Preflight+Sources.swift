import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// Checks whether the sources can be read completely.
struct ReadableSources {
  var checks: [PreflightCheck]
  var areAccountsReadable = false
  /// The engines to migrate that can be read completely.
  var engines: [OldEngine] = []
}

extension Preflight {
  func sourceChecks() async throws(PostgresError) -> ReadableSources {
    let accountsCheck = try await accountsReadable()
    var sources = ReadableSources(checks: [accountsCheck])
    guard !accountsCheck.isFailed else { return sources }
    sources.areAccountsReadable = true
    let selection = try await EngineReader(accounts: accounts, shard: shard).select(
      settings.engines)
    if let requested = settings.engines, let allowsSkipped {
      sources.checks.append(requestMet(requested, selection, allowsSkipped: allowsSkipped))
    }
    let chosen = selection.chosen
    let shardCheck = try await shardReadable(chosen)
    sources.checks.append(shardCheck)
    guard !shardCheck.isFailed else { return sources }
    sources.engines = chosen
    if pack.textSearch == .gin { sources.checks.append(try await contentsFit(chosen)) }
    return sources
  }

  /// E3.
  private func requestMet(
    _ requested: [String], _ selection: EngineSelection, allowsSkipped: Bool
  ) -> PreflightCheck {
    let title = "engines asked for can be migrated (E3)"
    do throws(UnmetRequest) {
      try selection.requireMet(requested, allowsSkipped: allowsSkipped)
    } catch {
      return PreflightCheck(title, failed: error.message, remedy: error.hint)
    }
    return PreflightCheck(
      title, passed: "\(selection.chosen.count) of \(Set(requested).count)")
  }

  private func accountsReadable() async throws(PostgresError) -> PreflightCheck {
    let title = "accounts can be read whole"
    return try await attempt(title, remedy: "Check the connection settings of DB_ACCOUNTS.") {
      () throws(PostgresError) in
      let gaps = try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
        try await SourceColumns.accountsGaps(on: accounts)
      }
      return check(title, gaps, passed: "every table and column that is read")
    }
  }

  /// Reads no row of any engine. A policy that would hide rows is a finding anyway.
  private func shardReadable(_ engines: [OldEngine]) async throws(PostgresError) -> PreflightCheck {
    let title = "shard can be read whole"
    return try await attempt(title, remedy: "Check the connection settings of DB_SHARD.") {
      () throws(PostgresError) in
      let gaps = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
        try await SourceColumns.engine.gaps(in: engines.map(\.schema), on: shard)
      }
      return check(
        title, gaps,
        passed: "every column of every engine (\(engines.count)), no policy hides rows from this "
          + "role")
    }
  }

  private func check(
    _ title: String, _ gaps: [SourceGap], passed finding: String
  ) -> PreflightCheck {
    guard let first = gaps.first else { return PreflightCheck(title, passed: finding) }
    let schemas = Set(gaps.map(\.schema)).count
    let shown = gaps.prefix(3).map { "\($0.schema): \($0.message)" }.joined(separator: "; ")
    let others = gaps.count > 3 ? "; and \(gaps.count - 3) more in \(schemas) schemas" : ""
    return PreflightCheck(title, failed: shown + others, remedy: first.remedy)
  }
}

// MARK: - Contents

extension Preflight {
  /// A gin index over words contains tsvectors, whose size is limited.
  private func contentsFit(_ engines: [OldEngine]) async throws(PostgresError) -> PreflightCheck {
    let title = "contents fit a gin index"
    let overlong = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      var overlong: [String: [UUID]] = [:]
      for batch in engines.batches(of: enginesPerStatement) {
        overlong.merge(
          try await shard.releasingLocks { shard throws(PostgresError) in
            try await OverlongContents(shard: shard).find(in: batch)
          }
        ) { $1 }
      }
      return overlong
    }
    guard !overlong.isEmpty else {
      return PreflightCheck(title, passed: "no memory's words are too many for a tsvector")
    }
    let named = overlong.sorted { $0.key < $1.key }.flatMap { slug, ids in
      ids.map { "\(slug) \($0.uuidString.lowercased())" }
    }
    return PreflightCheck(
      title,
      failed: "the words of \(named.count) memories do not fit into a tsvector: \(firstFew(named))",
      remedy: "Use --text-search bm25, shorten the memories in the source (the survey lists them), "
        + "or leave their engines out with --engines.")
  }
}
