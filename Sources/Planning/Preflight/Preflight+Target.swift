import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

extension Preflight {
  func targetEmpty() async throws(PostgresError) -> PreflightCheck {
    let title = "target is empty"
    if let run = try await RunTables(target).readRun() {
      return PreflightCheck(
        title,
        failed: "it carries the run \(run.runID.uuidString.lowercased()), "
          + "begun by process \(run.place.pid) on \(run.place.host)",
        remedy:
          "Continue with that run's ledger (orchestrator resume --ledger …), or rebuild a lost "
          + "one with resume --rebuild-ledger.")
    }
    var found: [String] = []
    for row in try await target.query(SQL.preflightUserTables) {
      found.append("\(try row.text("name")) (relations: \(try row.integer("relations")))")
    }
    guard found.isEmpty else {
      return PreflightCheck(
        title, failed: "it holds " + found.joined(separator: ", "),
        remedy: "Use a fresh database (CREATE DATABASE …), or drop the existing objects.")
    }
    return PreflightCheck(title, passed: "no schemas, no tables")
  }

  /// Tries the pack, the engines' spaces and the sources' labels in one transaction that is rolled back.
  func provisioningChecks(_ engines: [OldEngine]) async throws -> [PreflightCheck] {
    let dimensions = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await memoryDimensions(on: shard)
    }
    let shapes = Dictionary(grouping: engines) {
      SpaceShape(language: $0.language, dimensions: dimensions[$0.schema] ?? 0)
    }
    let labels = try await treeLabels(engines)
    let kinds = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await MemoryKind.read(of: engines, on: shard)
    }
    let tried =
      shapes.isEmpty ? [SpaceShape(language: "english", dimensions: 8)] : shapes.keys.sorted()
    do {
      let outcome = try await PackRehearsal(pack: pack, target: target)
        .run(tried, labels: labels, kinds: kinds)
      return [
        packRuns(outcome, shapes.mapValues { $0.map(\.slug) }),
        try await labelsFit(labels, refused: outcome.refusedLabels),
      ] + (outcome.refusedKinds.map { [memoriesFit(kinds, refused: $0)] } ?? [])
    } catch let error as PackError {
      return [
        PreflightCheck(
          Self.packTitle, failed: error.problem, remedy: error.hint ?? Self.packRemedy)
      ]
    } catch let failure as JobFailure {
      return [
        PreflightCheck(
          Self.packTitle, failed: failure.message, remedy: failure.hint ?? Self.packRemedy)
      ]
    }
  }

  private static let packTitle = "schema pack provisions"
  private static let packRemedy = "Correct the pack, or pass another one with --schema-pack."

  private var versions: String {
    PackPart.allCases.map { "\($0.rawValue) \(pack.version(of: $0))" }.joined(separator: ", ")
  }

  /// A space that cannot be created fails only its engines. If none can be created, a run makes no sense.
  private func packRuns(
    _ outcome: PackRehearsal.Outcome, _ engines: [SpaceShape: [String]]
  ) -> PreflightCheck {
    guard let (shape, error) = outcome.refusals.min(by: { $0.key < $1.key }) else {
      return PreflightCheck(
        Self.packTitle,
        passed: "\(pack.name) (\(versions)) with text search \(pack.textSearch.rawValue), "
          + "rehearsed and rolled back; \(outcome.extensions.joined(separator: ", "))")
    }
    let finding =
      "no space can be created for \(shape.language) with \(shape.dimensions) dimensions: "
      + error.problem
    if outcome.indexes.isEmpty {
      return PreflightCheck(Self.packTitle, failed: finding, remedy: error.hint ?? Self.packRemedy)
    }
    let slugs = outcome.refusals.keys.flatMap { engines[$0] ?? [] }.sorted()
    return PreflightCheck(
      Self.packTitle, warning: finding,
      remedy: "These engines would fail, and the others are migrated: \(firstFew(slugs)). "
        + (error.hint ?? Self.packRemedy))
  }

  /// Labels with letters beyond ASCII, of every engine.
  private func treeLabels(_ engines: [OldEngine]) async throws(PostgresError) -> [String] {
    try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      var labels: Set<String> = []
      for batch in engines.batches(of: enginesPerStatement) {
        let query = batch.map {
          "(\n" + fillVariables(SQL.preflightTreeLabels, ["schema": $0.schema]) + "\n)"
        }.joined(separator: "\nunion\n")
        let rows = try await shard.releasingLocks { shard throws(PostgresError) in
          try await shard.query(query, operation: "reading labels beyond ASCII")
        }
        for row in rows { labels.insert(try row.text("label")) }
      }
      return labels.sorted()
    }
  }

  private func labelsFit(
    _ labels: [String], refused: Int
  ) async throws(PostgresError) -> PreflightCheck {
    let title = "tree labels fit the target's locale"
    guard refused > 0 else {
      return PreflightCheck(title, passed: "\(labels.count) labels beyond ASCII, all accepted")
    }
    let locale = try await ServerFacts(of: target).characterType
    return PreflightCheck(
      title,
      failed:
        "\(refused) of \(labels.count) labels beyond ASCII are refused under LC_CTYPE \(locale)",
      remedy: "Create the target's database again: CREATE DATABASE … TEMPLATE template0 "
        + "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'.")
  }
}

// MARK: - Memories

extension Preflight {
  /// M4: such rows fail only their engine, or are set aside.
  private func memoriesFit(_ kinds: [MemoryKind], refused: [RefusedKind]) -> PreflightCheck {
    let title = "memories fit the schema pack (M4)"
    guard !refused.isEmpty else {
      return PreflightCheck(title, passed: "kinds of memories tried in a space: \(kinds.count)")
    }
    let rows = refused.reduce(0) { $0 + $1.kind.rows.values.reduce(0, +) }
    let reasons = Set(refused.map(\.reason)).sorted()
    let engines = Set(refused.flatMap(\.kind.rows.keys)).sorted()
    return PreflightCheck(
      title,
      warning: "\(rows) memories break \(firstFew(reasons)), in the engines \(firstFew(engines))",
      remedy: settings.quarantines
        ? "They will be set aside (--quarantine). `orchestrator survey` lists their ids."
        : "Their engines would fail, and the others are migrated. `orchestrator survey` lists the "
          + "ids: correct the rows in the source, or set them aside with --quarantine.")
  }
}

/// The first five of the texts, and the number of the others.
func firstFew(_ texts: [String]) -> String {
  let shown = texts.prefix(5).joined(separator: ", ")
  return texts.count > 5 ? "\(shown) and \(texts.count - 5) more" : shown
}
