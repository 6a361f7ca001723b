import Databases
import Foundation
import OldModel
import PostgresLink
import RunRecord
import Synchronization

/// Two read-only sessions, one with the engines' database and one with the target.
struct VerifyLane: Sendable {
  let shard: PostgresConnection
  let target: PostgresConnection
}

extension DatabaseSessions {
  /// Opens `count` lanes.
  func verifyLanes(_ count: Int) async throws(PostgresError) -> [VerifyLane] {
    var lanes: [VerifyLane] = []
    for number in 1...count {
      lanes.append(
        VerifyLane(
          shard: try await shard("shard-\(number)"), target: try await target("target-\(number)")))
    }
    return lanes
  }
}

/// Runs `body` for every item, one at a time on each lane. The first error ends all. The values have the
/// order of the items.
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
