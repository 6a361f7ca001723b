import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// What one pass over live sources has found and done.
package struct Pass: Sendable {
  /// What it did to one engine.
  package struct Engine: Sendable {
    package var rows = CaughtUp()
    /// The engine could not be caught up, and a later pass will not do better.
    package var failure: JobFailure?
    /// Time from the comparison to the last commit.
    package var spent: Duration = .zero
  }

  /// The engines with rows that may have moved, by slug; some have moved without a difference.
  package var engines: [String: Engine] = [:]
  /// Engines that were looked at.
  package var lookedAt = 0
  /// Time of the look.
  package var look: Duration = .zero
  /// Time of the whole pass.
  package var spent: Duration = .zero

  /// Rows that differed, over all engines.
  package var rows: CaughtUp { engines.values.reduce(into: CaughtUp()) { $0 += $1.rows } }
  /// The engines with rows that differed.
  package var moved: [String] { engines.filter { $0.value.rows.total > 0 }.keys.sorted() }
}

/// A look at the sources of many engines, and what it means for each copy.
package struct EngineMovements: Sendable {
  struct Moved: Sendable {
    var copy: EngineCopy
    var movement: Movement
  }

  var moved: [String: Moved] = [:]
  /// The engines whose memories are in the target whole.
  package var copied: Set<String> = []
  /// Rows that may differ, by slug; all rows of an engine of which nothing is known.
  package var candidates: [String: Int] = [:]
  /// Engines that cannot be read, by slug, and therefore were not looked at.
  var unreadable: [String: SourceGap] = [:]

  /// Looks at the engines whose memories are in the target whole; in a few round trips for all of them.
  package init(
    of engines: [MeasuredEngine], shard: PostgresConnection, target: PostgresConnection
  ) async throws {
    let copies = try await RunTables(target).readCopies()
    for batch in engines.filter({ copies[$0.slug] != nil }).batches(of: enginesPerStatement) {
      let seen = batch.map { (engine: $0, seen: copies[$0.slug]?.watermark) }
      for (slug, look) in try await looks(at: seen, on: shard) {
        guard let copy = copies[slug] else { continue }
        let movement = Movement(of: copy, at: look)
        copied.insert(slug)
        guard movement != .none else { continue }
        moved[slug] = Moved(copy: copy, movement: movement)
        candidates[slug] = movement.candidates(at: look, of: copy)
      }
    }
  }

  /// One engine that cannot be read keeps nobody from looking at the others.
  private mutating func looks(
    at engines: [(engine: MeasuredEngine, seen: Watermark?)], on shard: PostgresConnection
  ) async throws(PostgresError) -> [String: SourceLook] {
    do throws(PostgresError) {
      return try await SourceLook.take(engines, on: shard)
    } catch {
      guard error.kind == .server, !error.isTransient else { throw error }
      let gaps = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
        try await SourceColumns.engine.gaps(in: engines.map(\.engine.schema), on: shard)
      }
      guard !gaps.isEmpty else { throw error }
      let bySchema = Dictionary(gaps.map { ($0.schema, $0) }) { first, _ in first }
      for (engine, _) in engines { unreadable[engine.slug] = bySchema[engine.schema] }
      return try await SourceLook.take(
        engines.filter { bySchema[$0.engine.schema] == nil }, on: shard)
    }
  }
}

extension Movement {
  /// How many rows have to be compared; a row that is gone is compared by its id.
  fileprivate func candidates(at look: SourceLook, of copy: EngineCopy) -> Int {
    switch self {
    case .none: 0
    case .candidates: max(look.candidates, abs(look.rows - copy.rows - copy.rejected))
    case .everything: max(look.rows, copy.rows)
    }
  }
}

extension MigrationExecutor {
  /// One pass: looks at all engines in one snapshot, and catches up those that have moved, several at a time.
  ///
  /// Throws what a later pass may do better: a lost session, a target whose marks must be read again, a lost
  /// fence. What was committed until then stays. An engine that cannot be caught up is part of the result.
  ///
  /// - Parameter published: slugs of the engines whose spaces people may use already.
  package func pass(
    over engines: [MeasuredEngine], published: Set<String>
  ) async throws(JobFailure) -> Pass {
    let begun = ContinuousClock.now
    do {
      var pass = Pass()
      let movements = try await look(at: engines)
      (pass.lookedAt, pass.look) = (movements.copied.count, .now - begun)
      pass.engines = try await catchUp(
        engines.filter { movements.moved[$0.slug] != nil }, movements, published)
      for (slug, gap) in movements.unreadable {
        pass.engines[slug] = Pass.Engine(
          failure: JobFailure(fate: .failEngine, message: gap.message, hint: gap.remedy))
      }
      pass.spent = .now - begun
      return pass
    } catch is FenceLost {
      throw await fenceLost()
    } catch {
      throw JobFailure(error, Job(name: .identities, generation: 0))
    }
  }

  /// How many rows of published engines differ from the source, by slug; changes nothing. A candidate is
  /// often no difference: a long transaction anywhere on the source's server makes every younger row one. An
  /// engine that can no longer be read cannot be compared, and is not in the result.
  package func lateRows(of engines: [MeasuredEngine]) async throws(JobFailure) -> [String: Int] {
    do {
      let movements = try await look(at: engines)
      var late: [String: Int] = [:]
      for engine in engines {
        guard let moved = movements.moved[engine.slug] else { continue }
        let rows = try await withFollower(of: engine, isShared: true) { follower in
          try await follower.count(moved.copy, moved.movement)
        }
        if rows > 0 { late[engine.slug] = rows }
      }
      return late
    } catch {
      throw JobFailure(error, Job(name: .identities, generation: 0))
    }
  }

  private func withFollower<Value: Sendable>(
    of engine: MeasuredEngine, isShared: Bool,
    _ body: (EngineFollower) async throws -> Value
  ) async throws -> Value {
    let job = JobName.catchUp(engine: engine.slug)
    return try await controlLanes.withLane(for: job) { lane in
      try await streamLanes.withLane(for: job) { stream in
        try await body(
          EngineFollower(
            fence: fence, engine: engine, quarantines: settings.quarantines, isShared: isShared,
            shard: try await lane.shardSession(), target: try await lane.target.session(),
            lane: stream))
      }
    }
  }

  private func look(at engines: [MeasuredEngine]) async throws -> EngineMovements {
    try await controlLanes.withLane(for: .identities) { lane in
      try await EngineMovements(
        of: engines, shard: try await lane.shardSession(),
        target: try await lane.target.session())
    }
  }

  /// Largest first, so that the last one does not end alone.
  private func catchUp(
    _ engines: [MeasuredEngine], _ movements: EngineMovements, _ published: Set<String>
  ) async throws -> [String: Pass.Engine] {
    try await withThrowingTaskGroup(of: (String, Pass.Engine).self) { group in
      var waiting = engines.sorted {
        movements.candidates[$0.slug, default: 0] < movements.candidates[$1.slug, default: 0]
      }
      var done: [String: Pass.Engine] = [:]
      func begin() {
        guard let engine = waiting.popLast(), let moved = movements.moved[engine.slug] else {
          return
        }
        let isShared = published.contains(engine.slug)
        group.addTask {
          (engine.slug, try await self.catchUp(engine, moved, isShared: isShared))
        }
      }
      for _ in 0..<passLanes { begin() }
      while let (slug, engine) = try await group.next() {
        done[slug] = engine
        begin()
      }
      return done
    }
  }

  private func catchUp(
    _ engine: MeasuredEngine, _ moved: EngineMovements.Moved, isShared: Bool
  ) async throws -> Pass.Engine {
    let begun = ContinuousClock.now
    let job = Job(name: .catchUp(engine: engine.slug), generation: moved.copy.generation)
    do {
      let outcome = try await withFollower(of: engine, isShared: isShared) { follower in
        try await follower.catchUp(moved.copy, moved.movement)
      }
      return Pass.Engine(rows: outcome, spent: .now - begun)
    } catch {
      guard !(error is FenceLost) else { throw error }
      let failure = JobFailure(error, job)
      guard failure.fate == .failEngine || failure.fate == .drifted else { throw failure }
      return Pass.Engine(failure: failure, spent: .now - begun)
    }
  }
}
