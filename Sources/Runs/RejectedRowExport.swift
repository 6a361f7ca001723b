import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import Migration
import PostgresLink
import SchemaPack
import Verification

/// M4: the rows set aside, one JSON object a line, in a file beside the ledger that only its owner reads:
/// they hold personal data.
package struct RejectedRowExport {
  package let ledger: Ledger

  /// The file; there only while there are such rows.
  package var path: String { ledger.path + "-rejected.ndjson" }

  /// Writes the file anew, or removes it where no row is set aside. A crash leaves the old file or the
  /// new one.
  package func write() async throws {
    let rows = try await ledger.rejectedRows()
    let files = FileManager.default
    guard !rows.isEmpty else {
      if files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
      return
    }
    let partial = path + ".partial"
    let text = try rows.map { try line($0) + "\n" }.joined()
    guard
      files.createFile(
        atPath: partial, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]),
      rename(partial, path) == 0
    else {
      throw RunError(
        .interrupted, "the rejected rows could not be written to \(path)",
        hint: "They are safe in the ledger. Make room beside it, then: orchestrator resume")
    }
  }

  private func line(_ row: RejectedRow) throws -> String {
    let constraint = encodeJSON(row.constraint)
    return "{\"engine\":\"\(row.engine)\",\"id\":\"\(row.id.uuidString.lowercased())\","
      + "\"constraint\":\(constraint),\"row\":\(row.json)}"
  }

  package init(ledger: Ledger) {
    self.ledger = ledger
  }
}
