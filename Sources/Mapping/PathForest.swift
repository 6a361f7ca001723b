/// A set of paths, each linked to the nearest path above it, so that values are inherited in one pass
/// over any number of paths.
struct PathForest {
  /// Ancestors before descendants; the root is the first.
  let paths: [TreePath]
  /// The index of the nearest path above; nil for the root alone.
  let parents: [Int?]
  private let indexes: [TreePath: Int]

  /// Creates a forest of the root, the paths, and below each of them one child through which no path passes.
  init(probing given: Set<TreePath>) {
    var known = given.union([.root])
    var unused = "made_up"
    while known.contains(where: { ".\($0.text).".contains(".\(unused).") }) { unused += "_" }
    known.formUnion(known.map { $0.child(unused) })
    let sorted = known.map { (depth: $0.depth, path: $0) }
      .sorted { ($0.depth, $0.path) < ($1.depth, $1.path) }
      .map(\.path)
    let indexes = Dictionary(uniqueKeysWithValues: zip(sorted, sorted.indices))
    paths = sorted
    parents = sorted.map { path in
      var above = path.parent
      while let candidate = above {
        if let index = indexes[candidate] { return index }
        above = candidate.parent
      }
      return nil
    }
    self.indexes = indexes
  }

  /// For every path, the values found at it and above it combined, in the order of `paths`.
  func inherited<Value>(
    _ own: [(path: TreePath, value: Value)], from start: Value, by combine: (Value, Value) -> Value
  ) -> [Value] {
    var values = [Value](repeating: start, count: paths.count)
    for (path, value) in own {
      if let index = indexes[path] { values[index] = combine(values[index], value) }
    }
    for index in paths.indices {
      if let parent = parents[index] { values[index] = combine(values[parent], values[index]) }
    }
    return values
  }

  /// For every path, the actions given at it and above it.
  func union(_ own: [(path: TreePath, value: ActionSet)]) -> [ActionSet] {
    inherited(own, from: []) { $0.union($1) }
  }
}
