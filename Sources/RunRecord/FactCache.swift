import JobModel
import PostgresLink

/// The facts of each engine, read once: written by its space job, they do not change while the run
/// is at work.
package actor FactCache {
  private let control: ControlSession
  private var byEngine: [String: [Fact]] = [:]

  package init(control: ControlSession) {
    self.control = control
  }

  package func facts(of engine: String) async throws(PostgresError) -> [Fact] {
    if let facts = byEngine[engine] { return facts }
    let facts = try await control.facts(of: engine)
    // None at all is not an answer to keep: the space job may not have committed yet.
    if !facts.isEmpty { byEngine[engine] = facts }
    return facts
  }

  /// After a restart of the target: what was read may not have survived.
  package func forget() {
    byEngine = [:]
  }
}
