import Foundation
import PostgresLink
import Synchronization

/// Two sessions that only read, one with the engines' database and one with the target.
struct VerifyLane: Sendable {
  let shard: PostgresConnection
  let target: PostgresConnection
}

/// Opens the sessions of a verification: read-only also with the target, and under names of their own,
/// so that a run that is resumed meanwhile does not take them for leftovers.
package struct VerifySessions: WatchedSessions {
  let databases: DatabaseSettings
  let run: UUID
  let owner: String?
  let stop: StopSignal
  let openSessions = OpenSessions()

  package init(databases: DatabaseSettings, run: UUID, owner: String?, stop: StopSignal) {
    self.databases = databases
    self.run = run
    self.owner = owner
    self.stop = stop
  }

  package func accounts() async throws(PostgresError) -> PostgresConnection {
    try await open(.accounts, "accounts")
  }

  package func shard(_ lane: Int) async throws(PostgresError) -> PostgresConnection {
    try await open(.shard, "shard-\(lane)")
  }

  /// Acts as the owner of what was migrated.
  package func target(_ lane: Int) async throws(PostgresError) -> PostgresConnection {
    let connection = try await open(.target, "target-\(lane)")
    if let owner { try await connection.script("set role \(quoteIdentifier(owner))") }
    return connection
  }

  func lanes(_ count: Int) async throws(PostgresError) -> [VerifyLane] {
    var lanes: [VerifyLane] = []
    for number in 1...count {
      lanes.append(VerifyLane(shard: try await shard(number), target: try await target(number)))
    }
    return lanes
  }

  func watch(_ server: WatchedServer) async throws(PostgresError) -> PostgresConnection {
    try await connect(server, "watch", answerMax: .seconds(10))
  }

  private func open(
    _ server: WatchedServer, _ lane: String
  ) async throws(PostgresError) -> PostgresConnection {
    let connection = try await connect(server, lane)
    openSessions.add(
      WatchedSession(server: server, backend: connection.backend, line: connection.line))
    return connection
  }

  private func connect(
    _ server: WatchedServer, _ lane: String, answerMax: Duration? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let tail = run.uuidString.lowercased().suffix(12)
    return try await PostgresConnection.open(
      databases[server], side: .source, applicationName: "orc-verify/\(tail)/\(lane)",
      answerMax: answerMax, stop: stop)
  }
}

/// Runs `body` for every item, one at a time on each lane; the first error ends all. The values are in
/// the order of the items.
func spread<Item: Sendable, Value: Sendable>(
  _ items: [Item], over lanes: [VerifyLane],
  _ body: @escaping @Sendable (VerifyLane, Item) async throws -> Value
) async throws -> [Value] {
  let queue = WorkQueue(items)
  let values = try await withThrowingTaskGroup(of: [(Int, Value)].self) { group in
    for lane in lanes {
      group.addTask {
        var values: [(Int, Value)] = []
        while let (index, item) = queue.take() {
          try Task.checkCancellation()
          values.append((index, try await body(lane, item)))
        }
        return values
      }
    }
    return try await group.reduce(into: []) { $0 += $1 }
  }
  return values.sorted { $0.0 < $1.0 }.map(\.1)
}

/// Hands out items in their order, with their places.
private final class WorkQueue<Item: Sendable>: Sendable {
  private let items: [Item]
  private let next = Mutex(0)

  init(_ items: [Item]) {
    self.items = items
  }

  func take() -> (Int, Item)? {
    let index = next.withLock { next in
      defer { next += 1 }
      return next
    }
    return index < items.count ? (index, items[index]) : nil
  }
}
