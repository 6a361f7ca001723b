import Foundation

/// A complete row that the target refused and that was set aside (M4), so that nothing is silently
/// missing. Holds personal data.
package struct RejectedRow: Hashable, Sendable {
  package var engine: String
  package var id: UUID
  /// The constraint that refused it, or an SQLSTATE.
  package var constraint: String
  /// Every column of the old row, as JSON.
  package var json: String

  package init(engine: String, id: UUID, constraint: String, json: String) {
    self.engine = engine
    self.id = id
    self.constraint = constraint
    self.json = json
  }

  /// All of it as one JSON object in one line: as the target keeps it, and as it is exported.
  package var line: String {
    "{\"engine\":\(encodeJSON(engine)),\"id\":\"\(id.uuidString.lowercased())\","
      + "\"constraint\":\(encodeJSON(constraint)),\"row\":\(json)}"
  }
}

extension RejectedRow {
  /// Orders rows set aside, in the target as in the ledger: by engine, then by id, byte by byte.
  package struct Key: Hashable, Sendable {
    package var engine: String
    package var id: UUID

    package init(engine: String, id: UUID) {
      self.engine = engine
      self.id = id
    }
  }

  package var key: Key { Key(engine: engine, id: id) }

  /// There may be many of them, and each may be large: they are only ever held a page at a time. A page
  /// ends with its hundredth row, or with the one that makes it reach 4 MB.
  package static let pageRows = 100
  /// In bytes, as they are stored.
  package static let pageBytes = 4 << 20
}
