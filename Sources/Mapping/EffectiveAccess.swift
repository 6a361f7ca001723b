/// The rights of one principal in one space, as the target computes them.
package struct EffectiveAccess: Hashable, Sendable {
  /// One element of the result of `build_tree_access`.
  package struct Grant: Hashable, Sendable {
    package var path: TreePath
    package var level: AccessLevel

    package init(path: TreePath, level: AccessLevel) {
      self.path = path
      self.level = level
    }
  }

  package var grants: [Grant]
  /// `TreePath.home(user:)`, or `.home(agent:owner:)` with the agent's id in the target.
  package var home: TreePath

  package init(grants: [Grant], home: TreePath) {
    self.grants = grants
    self.home = home
  }
}
