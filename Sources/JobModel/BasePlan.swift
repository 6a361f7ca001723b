/// The jobs that are planned before any engine is read. Each space job plans the rest of its engine.
package enum BasePlan {
  /// The control plane's jobs.
  package static let control = [JobName.provisionAuth, .provisionCore, .identities]
    .map { Job(name: $0, generation: 1) }

  /// An engine's space and roster.
  package static func jobs(of engine: String, generation: Int) -> [Job] {
    [
      Job(name: .space(engine: engine), generation: generation),
      Job(name: .roster(engine: engine), generation: generation),
    ]
  }
}
