import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import Migration
import PostgresLink
import SchemaPack
import Verification

/// M4: the rows set aside, one JSON object per line, in a file beside the ledger. They are personal data,
/// so only the file's owner can read it.
package struct RejectedRowExport {
  package let ledger: Ledger

  /// The file, which exists only while there are such rows.
  package var path: String { ledger.path + "-rejected.ndjson" }

  /// Replaces the file, or removes it if no row is set aside. A crash leaves the old file or the new one.
  package func write() async throws {
    var page = try await ledger.rejectedRows()
    guard !page.isEmpty else { return try remove() }
    do {
      let file = try PrivateFile(path: path)
      while let last = page.last {
        for row in page { try file.append(row.line + "\n") }
        page = try await ledger.rejectedRows(after: last.key)
      }
      try file.publish()
    } catch let error as LedgerError {
      throw error
    } catch {
      throw RunError(
        .interrupted, "the rejected rows could not be written to \(path): \(reason(error))",
        hint: "They are safe in the ledger. Make room beside it, then: orchestrator resume")
    }
  }

  private func remove() throws {
    do {
      for name in [path, path + ".partial"] { try PrivateFile.remove(name) }
    } catch {
      throw RunError(
        .interrupted, "\(path) could not be removed: \(reason(error))",
        hint: "It holds rows that are no longer set aside, and personal data: remove it.")
    }
  }

  private func reason(_ error: any Error) -> String {
    (error as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
      ?? error.localizedDescription
  }

  package init(ledger: Ledger) {
    self.ledger = ledger
  }
}
