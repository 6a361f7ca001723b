import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import SchemaPack

/// Finds the work that the app's boot migration would have in a target. Only reads.
package struct BootCheck {
  private let pack: SchemaPack
  private let target: PostgresConnection

  package init(pack: SchemaPack, target: PostgresConnection) {
    self.pack = pack
    self.target = target
  }

  /// One schema with its outstanding work.
  package struct Schema: Hashable, Sendable {
    package var name: String
    package var work: [OutstandingWork]
  }

  /// `auth`, `core`, and every space's schema.
  package func run() async throws -> [Schema] {
    try await target.script("begin isolation level repeatable read read only")
    let runner = PackRunner(pack)
    var schemas: [Schema] = []
    for part in [PackPart.auth, .core] {
      let work = try await runner.outstanding(part: part, schema: part.rawValue, on: target)
      schemas.append(Schema(name: part.rawValue, work: work))
    }
    let hasSpaces = try await !columns(of: "core", "space", on: target).isEmpty
    let spaces =
      hasSpaces ? try await target.query("select slug from core.space order by slug") : []
    for row in spaces {
      let schema = SpaceSchema.name(of: try row.text("slug"))
      let work = try await runner.outstanding(part: .space, schema: schema, on: target)
      schemas.append(Schema(name: schema, work: work))
    }
    await target.rollBack()
    return schemas
  }
}
