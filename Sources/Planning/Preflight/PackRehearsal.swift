import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// The language and dimensions for which a space is provisioned.
struct SpaceShape: Hashable, Comparable, Sendable {
  var language: String
  var dimensions: Int

  static func < (left: Self, right: Self) -> Bool {
    (left.language, left.dimensions) < (right.language, right.dimensions)
  }
}

/// Provisions everything once, with spaces of a made-up slug, and rolls it back. That proves extensions,
/// privileges and the pack's own statements.
struct PackRehearsal {
  let pack: SchemaPack
  let target: PostgresConnection

  /// The outcome of a rehearsal.
  struct Outcome: Sendable {
    /// The extensions with their versions.
    var extensions: [String]
    /// The indexes that a run drops for the load and builds again.
    var indexes: [SpaceShape: [MemoryIndex]]
    /// Shapes for which the pack or the server can create no space.
    var refusals: [SpaceShape: PackError]
    /// The number of labels that the target's locale refuses.
    var refusedLabels: Int
    /// The kinds of memories that a space refuses; nil if no space could be created.
    var refusedKinds: [RefusedKind]?
  }

  private static let slug = "rehearsal000"
  private static let schema = SpaceSchema.name(of: slug)

  /// Throws `PackError` if auth or core cannot be provisioned, `JobFailure` if they belong to an unknown
  /// release, and `PostgresError` if the connection is lost. The target stays as it was in every case.
  ///
  /// - Parameters:
  ///   - labels: tree labels to try under the target's locale.
  ///   - kinds: memories to try in one of the spaces.
  func run(
    _ shapes: [SpaceShape], labels: [String] = [], kinds: [MemoryKind] = []
  ) async throws -> Outcome {
    try await target.script("begin")
    do {
      let outcome = try await provision(shapes, labels, kinds)
      await target.rollBack()
      return outcome
    } catch {
      await target.rollBack()
      if let cause = (error as? PackError)?.cause, cause.endsSession { throw cause }
      throw error
    }
  }

  private func provision(
    _ shapes: [SpaceShape], _ labels: [String], _ kinds: [MemoryKind]
  ) async throws -> Outcome {
    let runner = PackRunner(pack)
    try await runner.run(part: .auth, schema: "auth", on: target)
    try await runner.run(part: .core, schema: "core", on: target)
    try await PackRequirements(target: target).checkControlPlane()
    var outcome = Outcome(
      extensions: try await extensions(), indexes: [:], refusals: [:],
      refusedLabels: try await refused(labels))
    for shape in shapes {
      do {
        outcome.indexes[shape] = try await space(shape, runner)
        if outcome.refusedKinds == nil { outcome.refusedKinds = try await refused(kinds) }
        try await target.script("rollback to savepoint space")
      } catch let error as PackError {
        if let cause = error.cause, cause.endsSession { throw error }
        try await target.script("rollback to savepoint space")
        outcome.refusals[shape] = error
      }
    }
    return outcome
  }

  private func space(_ shape: SpaceShape, _ runner: PackRunner) async throws -> [MemoryIndex] {
    try await target.script("savepoint space")
    let values = try PackValues.space(
      slug: Self.slug, language: shape.language, dimensions: shape.dimensions)
    try await runner.run(part: .space, schema: Self.schema, values: values, on: target)
    try await PackRequirements(target: target).checkMemory(Self.schema)
    return try await memoryIndexes(of: Self.schema, on: target).filter(\.isDroppedForLoad)
  }

  /// Tries the kinds in the space that was just created.
  private func refused(_ kinds: [MemoryKind]) async throws(PostgresError) -> [RefusedKind] {
    var refused: [RefusedKind] = []
    for kind in kinds {
      try await target.script("savepoint memory")
      let statement = fillVariables(
        SQL.preflightTryMemory,
        [
          "schema": Self.schema, "id": kind.id, "meta": kind.meta, "temporal": kind.temporal,
        ])
      do throws(PostgresError) {
        try await target.script(statement, operation: "trying a memory")
      } catch {
        guard !error.endsSession, !error.isTransient else { throw error }
        refused.append(RefusedKind(kind: kind, reason: error.constraint ?? error.message))
      }
      try await target.script("rollback to savepoint memory")
    }
    return refused
  }

  private func extensions() async throws(PostgresError) -> [String] {
    let rows = try await target.query(
      """
      select e.extname, e.extversion from pg_catalog.pg_extension e
      where e.extname <> 'plpgsql' order by e.extname
      """)
    var extensions: [String] = []
    for row in rows {
      extensions.append("\(try row.text("extname")) \(try row.text("extversion"))")
    }
    return extensions
  }

  private func refused(_ labels: [String]) async throws(PostgresError) -> Int {
    guard !labels.isEmpty else { return 0 }
    let rows = try await target.query(SQL.preflightRefusedLabels, [.textArray(labels)])
    return Int(try rows.first?.integer("refused") ?? 0)
  }
}
