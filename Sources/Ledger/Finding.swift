import Foundation
import JobModel

/// A source row that the target refuses, kept whole.
package struct RejectedRow: Hashable, Sendable {
  package var engine: String
  package var id: UUID
  /// The rule it breaks, as the target names it.
  package var constraint: String
  /// The whole row as JSON. Personal data: it belongs in the ledger and the report alone.
  package var json: String

  package init(engine: String, id: UUID, constraint: String, json: String) {
    self.engine = engine
    self.id = id
    self.constraint = constraint
    self.json = json
  }
}

/// Something a job learned, as `orchestrator.fact` holds it; keyed by job, kind and key.
package struct LedgerFact: Hashable, Sendable {
  package var job: JobName
  package var kind: String
  package var key: String
  package var json: String

  package init(job: JobName, kind: String, key: String, json: String) {
    self.job = job
    self.kind = kind
    self.key = key
    self.json = json
  }
}
