import JobModel
import PostgresLink

/// The facts of each engine, read once. The engine's space job writes them, and they do not change while the
/// run is at work.
package actor FactCache {
  private let control: ControlSession
  private var byEngine: [String: [Fact]] = [:]

  package init(control: ControlSession) {
    self.control = control
  }

  package func facts(of engine: String) async throws(PostgresError) -> [Fact] {
    if let facts = byEngine[engine] { return facts }
    let facts = try await control.facts(of: engine)
    // An empty answer is not kept: the space job may not have committed yet.
    if !facts.isEmpty { byEngine[engine] = facts }
    return facts
  }

  /// Forgets everything: after a restart of the target, what was read may be lost there.
  package func forget() {
    byEngine = [:]
  }
}
