import Foundation
import JobModel

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
