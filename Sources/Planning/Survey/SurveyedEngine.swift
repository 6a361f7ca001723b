import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// The counts of one engine's memories.
struct SurveyedMemories: Sendable {
  /// Rows of one kind that the target refuses (M4).
  struct Refused: Sendable {
    var what: String
    var count: Int
    var ids: [String]
  }

  var rows: Int
  var nullEmbeddings: Int
  var refused: [Refused]

  /// A row of `Survey/memories.sql`.
  init(_ row: SQLRow) throws(PostgresError) {
    rows = Int(try row.integer("rows"))
    nullEmbeddings = Int(try row.integer("null_embeddings"))
    refused = []
    for (what, counted, named) in [
      ("The id is not a version 7 uuid", "other_ids", "other_id_ids"),
      ("meta is not an object", "other_metas", "other_meta_ids"),
      ("temporal is neither [t,t] nor [a,b) with a < b", "other_temporals", "other_temporal_ids"),
    ] {
      let count = Int(try row.integer(counted))
      guard count > 0 else { continue }
      refused.append(
        Refused(
          what: what, count: count, ids: try row.json(named, as: [String].self)))
    }
  }
}

/// One engine: its counts, and the findings about its migration. Pure: it applies the rules that will
/// create its roster.
struct SurveyedEngine: Sendable {
  private let source: RosterSource
  private let memories: SurveyedMemories
  private let overlong: [UUID]
  private let dimensions: Int
  private let roster: Result<RosterRows, MappingError>

  /// - Parameter overlong: memories whose words do not fit into a tsvector.
  init(
    source: RosterSource, memories: SurveyedMemories, overlong: [UUID], dimensions: Int
  ) {
    self.source = source
    self.memories = memories
    self.overlong = overlong
    self.dimensions = dimensions
    roster = Result { () throws(MappingError) in try RosterRows(source) }
  }

  private var slug: String { source.engine.slug }

  var counts: SurveyReport.Engine {
    let users = source.access.users
    return SurveyReport.Engine(
      slug: slug, language: source.engine.language, dimensions: dimensions,
      memories: memories.rows, nullEmbeddings: memories.nullEmbeddings,
      people: users.count { $0.canLogin && $0.identityID != nil },
      serviceUsers: users.count { $0.canLogin && $0.identityID == nil },
      roles: users.count { !$0.canLogin }, treeOwners: source.access.owners.count,
      grants: source.access.grants.count, roleMemberships: source.access.memberships.count,
      widenedGrants: (try? roster.get())?.widenedGrants.count ?? 0)
  }

  var findings: [SurveyFinding] {
    rosterFindings + nestedRoles + refusedMemories + overlongContents + unprovisionable
  }

  /// E4, R1–R12.
  private var rosterFindings: [SurveyFinding] {
    switch roster {
    case .success(let plan): SurveyFinding.findings(plan.warnings, engine: slug)
    case .failure(let error): SurveyFinding.findings(error.refusals, engine: slug)
    }
  }

  /// R10: nothing is lost, but groups of the new model do not nest.
  private var nestedRoles: [SurveyFinding] {
    let roles = Set(source.access.users.filter { !$0.canLogin }.map(\.id))
    let nested = source.access.memberships.filter {
      roles.contains($0.memberID) && roles.contains($0.roleID) && $0.roleID != $0.memberID
    }
    guard !nested.isEmpty else { return [] }
    let edges = nested.map {
      "\($0.roleID.uuidString)/\($0.memberID.uuidString)".lowercased()
    }
    return [
      SurveyFinding(
        rule: "R10", .note, engine: slug,
        message: "A role is a member of a role. Groups do not nest, so its members will be "
          + "attached to both.", ids: edges.sorted())
    ]
  }

  /// M4.
  private var refusedMemories: [SurveyFinding] {
    memories.refused.map { refused in
      SurveyFinding(
        rule: "M4", .blocking, engine: slug,
        message: "\(refused.what), and the target refuses the memory.", ids: refused.ids,
        count: refused.count,
        remedy: "Repair the rows in the source, or set them aside: start --quarantine.")
    }
  }

  /// A warning only, because the survey does not know the target's text search.
  private var overlongContents: [SurveyFinding] {
    guard !overlong.isEmpty else { return [] }
    return [
      SurveyFinding(
        rule: "index", .warning, engine: slug,
        message: "The memory's words do not fit into a tsvector: with --text-search gin the engine "
          + "would fail.", ids: overlong.map { $0.uuidString.lowercased() },
        remedy: "Use bm25, the default, or shorten the memory in the source.")
    ]
  }

  /// E1, M5: values for which no space can be created.
  private var unprovisionable: [SurveyFinding] {
    do throws(PackError) {
      _ = try PackValues.space(
        slug: slug, language: source.engine.language, dimensions: dimensions)
      return []
    } catch {
      return [
        SurveyFinding(
          rule: dimensions > 0 ? "E1" : "M5", .blocking, engine: slug, message: error.message,
          ids: [source.engine.id.uuidString.lowercased()],
          remedy: "Correct it in the source, or leave the engine out with --engines.")
      ]
    }
  }
}
