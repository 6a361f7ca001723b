import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// The rights of one engine's logins by the old rule, as the shard computes them: a second reading beside the
/// mapping's own, with which it shares no code.
struct OldRule: Sendable {
  struct Right: Hashable, Sendable {
    var user: UUID
    /// Nil for a service user.
    var identity: UUID?
    var path: TreePath
    /// Actions at the path and below.
    var actions: ActionSet
    /// The level that R7 and R8 give; nil for none.
    var level: AccessLevel?
  }

  var rights: [Right] = []

  init(rights: [Right]) {
    self.rights = rights
  }

  /// - Parameter rows: the result of `old_rule.sql`.
  init(_ rows: [SQLRow]) throws(PostgresError) {
    for row in rows {
      rights.append(
        Right(
          user: try row.uuid("user_id"), identity: try row.optionalUUID("identity_id"),
          path: TreePath(try row.text("path")), actions: try Self.actions(row),
          level: AccessLevel(rawValue: Int(try row.integer("level")))))
    }
  }

  private static func actions(_ row: SQLRow) throws(PostgresError) -> ActionSet {
    var actions: ActionSet = []
    if try row.boolean("may_read") { actions.insert(.read) }
    if try row.boolean("may_create") { actions.insert(.create) }
    if try row.boolean("may_update") { actions.insert(.update) }
    if try row.boolean("may_delete") { actions.insert(.delete) }
    return actions
  }
}

/// Actions at paths, which also hold below them.
struct GivenActions {
  private var byPath: [TreePath: ActionSet] = [:]

  var paths: Set<TreePath> { Set(byPath.keys) }

  mutating func add(_ actions: ActionSet, at path: TreePath) {
    byPath[path, default: []].formUnion(actions)
  }

  /// The actions given at the path or above it.
  func allowed(at path: TreePath) -> ActionSet {
    sequence(first: path, next: \.parent).reduce(into: ActionSet()) { actions, place in
      actions.formUnion(byPath[place] ?? [])
    }
  }
}
