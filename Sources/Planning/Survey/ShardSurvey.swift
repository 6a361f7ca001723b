import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// The survey's results for the database `shard`.
struct SurveyedEngines: Sendable {
  /// By slug.
  var counts: [SurveyReport.Engine]
  var findings: [SurveyFinding]
}

/// Reads every engine that takes part, 100 in a round trip, in a snapshot that the caller holds.
struct ShardSurvey {
  let connection: PostgresConnection
  let control: SurveyedAccounts

  func run() async throws(PostgresError) -> SurveyedEngines {
    let schemas = try await engineSchemas(on: connection)
    let selection = EngineSelection(engines: control.engines, schemas: schemas)
    let gaps = try await SourceColumns.engine.gaps(
      in: selection.chosen.map(\.schema), on: connection)
    let unreadable = Set(gaps.map(\.schema))
    var result = SurveyedEngines(counts: [], findings: selectionFindings(selection))
    result.findings += gaps.map {
      SurveyFinding($0, engine: String($0.schema.dropFirst(SpaceSchema.prefix.count)))
    }
    let dimensions = try await memoryDimensions(on: connection)
    let readable = selection.chosen.filter { !unreadable.contains($0.schema) }
    for batch in readable.batches(of: enginesPerStatement) {
      let surveyed = try await connection.releasingLocks { _ throws(PostgresError) in
        try await self.read(batch, dimensions)
      }
      for engine in surveyed {
        result.counts.append(engine.counts)
        result.findings += engine.findings
      }
    }
    result.findings += nullEmbeddings(result.counts)
    return result
  }

  private func read(
    _ engines: [OldEngine], _ dimensions: [String: Int]
  ) async throws(PostgresError) -> [SurveyedEngine] {
    let access = try await ShardReader(connection: connection).access(of: engines.map(\.schema))
    let query = engines.map {
      fillVariables(SQL.surveyMemories, ["slug": $0.slug, "schema": $0.schema])
    }.joined(separator: "\nunion all\n")
    var memories: [String: SurveyedMemories] = [:]
    for row in try await connection.query(query, operation: "surveying the engines' memories") {
      memories[try row.text("slug")] = try SurveyedMemories(row)
    }
    let overlong = try await OverlongContents(shard: connection).find(in: engines)
    return engines.compactMap { engine in
      memories[engine.slug].map {
        SurveyedEngine(
          source: source(of: engine, access[engine.schema] ?? OldAccess()), memories: $0,
          overlong: overlong[engine.slug] ?? [], dimensions: dimensions[engine.schema] ?? 0)
      }
    }
  }

  private func source(of engine: OldEngine, _ access: OldAccess) -> RosterSource {
    RosterSource(
      engine: engine, members: control.membersByOrg[engine.orgID] ?? [],
      identities: control.identities, access: access,
      invitations: control.invitationsByOrg[engine.orgID] ?? [])
  }
}

// MARK: - Findings about several engines

extension ShardSurvey {
  /// E1, E2.
  private func selectionFindings(_ selection: EngineSelection) -> [SurveyFinding] {
    let skipped = Dictionary(grouping: selection.skipped, by: \.reason).map { reason, all in
      SurveyFinding(
        rule: reason.rule.rawValue, reason == .schemaMissing ? .warning : .note,
        message: "The engine will be skipped: \(reason.message).", ids: all.map(\.slug))
    }
    let claimed = Set(control.engines.map(\.schema))
    let schemas = Dictionary(grouping: selection.schemasWithoutActiveEngine) {
      claimed.contains($0)
    }
    let orphans = schemas.map { isClaimed, names in
      SurveyFinding(
        rule: "E2", isClaimed ? .note : .warning,
        message: isClaimed
          ? "The engine of the schema is not active. The schema will not be migrated."
          : "The schema belongs to no engine. It will not be migrated.", ids: names)
    }
    return skipped + orphans
  }

  /// M2.
  private func nullEmbeddings(_ engines: [SurveyReport.Engine]) -> [SurveyFinding] {
    engines.filter { $0.nullEmbeddings > 0 }.map { engine in
      SurveyFinding(
        rule: "M2", .note, engine: engine.slug,
        message: "A memory has no embedding. It will be queued for one.", ids: [],
        count: engine.nullEmbeddings)
    }
  }
}
