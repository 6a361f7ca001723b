/// The conditions that the roster's transaction must see before it publishes a space.
package struct RosterProof: Hashable, Sendable {
  /// The engine's planned jobs, without the roster itself.
  package var plan: [Job]
  package var marks: [JobName: Mark]
  /// The copy, as its marks tell it; nil where a chunk has none.
  package var copy: EngineCopy?
  /// `count(*)` of the space's memories, in the roster's own transaction.
  package var rows: Int
  /// The indexes with which the space was provisioned, by name, with their definitions.
  package var expectedIndexes: [String: String]
  /// The indexes that are valid and ready now.
  package var indexes: [String: String]

  package init(
    plan: [Job], marks: [JobName: Mark], copy: EngineCopy?, rows: Int,
    expectedIndexes: [String: String],
    indexes: [String: String]
  ) {
    self.plan = plan
    self.marks = marks
    self.copy = copy
    self.rows = rows
    self.expectedIndexes = expectedIndexes
    self.indexes = indexes
  }

  /// A condition that does not hold.
  package enum Gap: Hashable, Sendable {
    case noPlan
    case jobWithoutMark(JobName)
    case rowsDiffer(marked: Int, found: Int)
    case indexMissing(String)
    case indexDiffers(String)
  }

  /// The unmet conditions. A space may be published only if there is none.
  package var gaps: [Gap] {
    var gaps: [Gap] = []
    let kinds = Set(plan.map(\.name.kind))
    if !kinds.isSuperset(of: [.space, .memories]) { gaps.append(.noPlan) }
    for job in plan where marks[job.name].map({ $0.proves(job) }) != true {
      gaps.append(.jobWithoutMark(job.name))
    }
    if let copy, copy.rows != rows {
      gaps.append(.rowsDiffer(marked: copy.rows, found: rows))
    }
    for (name, definition) in expectedIndexes.sorted(by: { $0.key < $1.key }) {
      switch indexes[name] {
      case nil: gaps.append(.indexMissing(name))
      case definition: continue
      case .some: gaps.append(.indexDiffers(name))
      }
    }
    return gaps
  }
}

extension RosterProof.Gap: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noPlan: "the target has no plan for this engine"
    case .jobWithoutMark(let name): "job \(name) has no valid mark"
    case .rowsDiffer(let marked, let found):
      "rows by the marks: \(marked), in the space: \(found)"
    case .indexMissing(let name): "index \(name) is missing or not valid"
    case .indexDiffers(let name): "index \(name) is not as the schema pack made it"
    }
  }
}
