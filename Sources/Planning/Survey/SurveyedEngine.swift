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
  var bytes: Int
  var nullEmbeddings: Int
  var refused: [Refused]

  /// A row of `Survey/memories.sql`.
  init(_ row: SQLRow) throws(PostgresError) {
    rows = Int(try row.integer("rows"))
    bytes = Int(try row.integer("bytes"))
    nullEmbeddings = Int(try row.integer("null_embeddings"))
    refused = []
    for (what, counted, named) in [
      ("The id is not a version 7 uuid", "other_ids", "other_id_ids"),
      ("meta is not an object", "other_metas", "other_meta_ids"),
      (
        "temporal is neither [t,t] nor [a,b) with a < b nor [a,)", "other_temporals",
        "other_temporal_ids"
      ),
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
      slug: slug, org: source.engine.orgID, language: source.engine.language,
      dimensions: dimensions, memories: memories.rows, bytes: memories.bytes,
      nullEmbeddings: memories.nullEmbeddings,
      people: users.count { $0.canLogin && $0.identityID != nil },
      serviceUsers: users.count { $0.canLogin && $0.identityID == nil },
      roles: users.count { !$0.canLogin }, treeOwners: source.access.owners.count,
      grants: source.access.grants.count, roleMemberships: source.access.memberships.count,
      widenedGrants: widened.count, rights: rights)
  }

  /// R8, by grant id.
  private var widened: Set<UUID> {
    Set(((try? roster.get())?.widenedGrants ?? []).map(\.grantID))
  }

  private var rights: [SurveyReport.Right] {
    let users = Dictionary(source.access.users.map { ($0.id, $0) }) { first, _ in first }
    let widened = widened
    func right(
      _ grant: UUID?, _ path: TreePath, _ holder: UUID, _ actions: [String], _ option: Bool
    ) -> SurveyReport.Right {
      SurveyReport.Right(
        grant: grant, path: path.text, holder: holder, holderKind: kind(of: users[holder]),
        actions: actions, withGrantOption: option, isWidened: grant.map(widened.contains) ?? false)
    }
    let all =
      source.access.owners.map {
        right(nil, $0.path, $0.userID, ["create", "read", "update", "delete"], true)
      }
      + source.access.grants.map {
        right($0.id, $0.path, $0.userID, $0.actions, $0.withGrantOption)
      }
    return all.sorted {
      ($0.path, $0.holder.uuidString, $0.grant?.uuidString ?? "")
        < ($1.path, $1.holder.uuidString, $1.grant?.uuidString ?? "")
    }
  }

  private func kind(of user: OldUser?) -> SurveyReport.HolderKind {
    guard let user, user.canLogin else { return .role }
    guard let identity = user.identityID else { return .service }
    return source.identities.contains(identity) ? .person : .dangling
  }

  var findings: [SurveyFinding] {
    rosterFindings + danglingIdentities + nestedRoles + refusedMemories + overlongContents
      + unprovisionable
  }

  /// E4, R1–R12.
  private var rosterFindings: [SurveyFinding] {
    switch roster {
    case .success(let plan): SurveyFinding.findings(plan.warnings, engine: slug)
    case .failure(let error): SurveyFinding.findings(error.refusals, engine: slug)
    }
  }

  /// R5: who had rights to lose is warned of beside.
  private var danglingIdentities: [SurveyFinding] {
    let gone = source.access.users.filter { kind(of: $0) == .dangling }.compactMap(\.identityID)
    guard !gone.isEmpty else { return [] }
    return [
      SurveyFinding(
        rule: "R5", .note, engine: slug,
        message: "The identity of a login no longer exists; the login becomes nothing.",
        ids: Set(gone).map { $0.uuidString.lowercased() }.sorted(), count: gone.count)
    ]
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

  /// M4: warnings only, because another pack than the built-in one may accept such rows.
  private var refusedMemories: [SurveyFinding] {
    memories.refused.map { refused in
      SurveyFinding(
        rule: "M4", .warning, engine: slug,
        message: "\(refused.what), and the built-in schema pack refuses the memory.",
        ids: refused.ids, count: refused.count,
        remedy:
          "Run `orchestrator preflight`, which tries such rows with the run's own pack. Repair "
          + "them in the source, or set them aside: start --quarantine.")
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
