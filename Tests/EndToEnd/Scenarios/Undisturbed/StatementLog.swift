import Foundation
import LocalServers
import Testing

/// What a server has logged since this value was made. Only sessions of roles with `log_statement = all`
/// leave statements there.
struct StatementLog {
  private let file: URL
  private let offset: Int

  init(of cluster: LocalCluster) {
    file = cluster.log
    offset = FileManager.default.contents(atPath: file.path)?.count ?? 0
  }

  /// Every statement that was sent outside a transaction that began as read-only. Throws where nothing was
  /// logged at all.
  func outsideReadOnlyTransactions() throws -> [String] {
    let statements = try statements()
    try #require(!statements.isEmpty, "nothing was logged in \(file)")
    var inTransaction: Set<String> = []
    var strays: [String] = []
    for (session, statement) in statements {
      let text = statement.lowercased()
      if text.hasPrefix("begin isolation level repeatable read read only") {
        inTransaction.insert(session)
      } else if !inTransaction.contains(session) {
        strays.append(statement)
      }
      if text.hasSuffix("commit") || text.hasSuffix("rollback") { inTransaction.remove(session) }
    }
    return strays
  }

  /// Session and text, in order; lines after a statement's first begin with a tab.
  private func statements() throws -> [(session: String, text: String)] {
    let bytes = try Data(contentsOf: file).dropFirst(offset)
    var found: [(session: String, text: String)] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix("\t") {
        if let last = found.indices.last { found[last].text += "\n" + line.dropFirst() }
      } else if let match = line.firstMatch(
        of: /\[(\d+)\] LOG:  (?:statement|execute [^:]*): (.*)/)
      {
        found.append((String(match.1), String(match.2)))
      }
    }
    return found.map { ($0.session, $0.text.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }
}
