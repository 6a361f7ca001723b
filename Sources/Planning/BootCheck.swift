import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import SchemaPack

/// Finds the reasons why the app's boot in a target would have work, or would refuse. Only reads.
package struct BootCheck {
  private let pack: SchemaPack
  private let target: PostgresConnection
  private let owner: String?
  private let dimensions: Int?

  /// - Parameters:
  ///   - owner: the role as which the app logs in; nil for the role of this session.
  ///   - dimensions: the dimensions that the app's boot passes to every space; nil for those that most spaces
  ///     have.
  package init(
    pack: SchemaPack, target: PostgresConnection, owner: String? = nil, dimensions: Int? = nil
  ) {
    self.pack = pack
    self.target = target
    self.owner = owner
    self.dimensions = dimensions
  }

  /// One schema with everything that is not as the boot expects it.
  package struct Schema: Hashable, Sendable {
    package var name: String
    package var work: [OutstandingWork]
    /// Other roles that own the schema or something in it: the app insists on being the owner.
    package var otherOwners: [String]
    /// The dimensions of its embeddings, if the boot passes others.
    package var otherDimensions: Int?

    package var isClean: Bool { work.isEmpty && otherOwners.isEmpty && otherDimensions == nil }
  }

  package struct Report: Hashable, Sendable {
    /// `auth`, `core`, and every space's schema.
    package var schemas: [Schema]
    /// The expected owner.
    package var owner: String
    /// The expected dimensions; nil if there is no space.
    package var dimensions: Int?
  }

  package func run() async throws -> Report {
    try await target.script("begin isolation level repeatable read read only")
    let spaces = try await spaces()
    let names = [PackPart.auth, .core].map(\.rawValue) + spaces
    let owner = try await expectedOwner()
    let owners = try await otherOwners(of: names, than: owner)
    let found = try await memoryDimensions(on: target).filter { spaces.contains($0.key) }
    let dimensions = dimensions ?? mostFrequent(found.values)
    let runner = PackRunner(pack)
    var schemas: [Schema] = []
    for name in names {
      let part = PackPart(rawValue: name) ?? .space
      schemas.append(
        Schema(
          name: name, work: try await runner.outstanding(part: part, schema: name, on: target),
          otherOwners: owners[name] ?? [],
          otherDimensions: found[name].flatMap { $0 == dimensions ? nil : $0 }))
    }
    await target.rollBack()
    return Report(schemas: schemas, owner: owner, dimensions: dimensions)
  }

  private func spaces() async throws -> [String] {
    guard try await !columns(of: "core", "space", on: target).isEmpty else { return [] }
    return try await target.query("select slug from core.space order by slug").map {
      SpaceSchema.name(of: try $0.text("slug"))
    }
  }

  private func expectedOwner() async throws -> String {
    if let owner { return owner }
    return try await target.query("select current_user::text as role").first?.text("role") ?? ""
  }

  private func otherOwners(
    of schemas: [String], than owner: String
  ) async throws -> [String: [String]] {
    var owners: [String: [String]] = [:]
    for row in try await target.query(SQL.bootOtherOwners, [.textArray(schemas), .text(owner)]) {
      owners[try row.text("schema"), default: []].append(try row.text("owner"))
    }
    return owners
  }

  /// The larger of two that are equally frequent.
  private func mostFrequent(_ values: some Sequence<Int>) -> Int? {
    Dictionary(grouping: values, by: \.self).max {
      ($0.value.count, $0.key) < ($1.value.count, $1.key)
    }?
    .key
  }
}
