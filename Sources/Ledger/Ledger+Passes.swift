import Foundation
import GRDB
import JobModel

/// A pass over live sources, as the ledger keeps it.
package struct PassRecord: Hashable, Sendable {
  package var beganAt: Date
  /// Time of the look, and of the whole pass.
  package var look: Duration
  package var spent: Duration
  /// Engines that were looked at.
  package var engines: Int
  /// Engines with rows that differed.
  package var moved: Int
  package var new: Int
  package var changed: Int
  package var gone: Int

  package init(
    beganAt: Date, look: Duration, spent: Duration, engines: Int, moved: Int, new: Int,
    changed: Int, gone: Int
  ) {
    self.beganAt = beganAt
    self.look = look
    self.spent = spent
    self.engines = engines
    self.moved = moved
    self.new = new
    self.changed = changed
    self.gone = gone
  }

  /// Rows that differed from the source.
  package var rows: Int { new + changed + gone }
}

extension Ledger {
  /// Records a pass. A pass that found nothing stays only until the next one.
  package func recordPass(_ pass: PassRecord) async throws(LedgerError) {
    try await write("note a pass") { db, time in
      try db.run(
        "DELETE FROM pass WHERE id = (SELECT max(id) FROM pass) AND new + changed + gone = 0", [])
      try db.run(
        """
        INSERT INTO pass (began_at, looked, spent, engines, moved, new, changed, gone)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          pass.beganAt.microseconds, pass.look.microseconds, pass.spent.microseconds,
          pass.engines, pass.moved, pass.new, pass.changed, pass.gone,
        ])
      try db.run("UPDATE run SET seen_at = ?", [time.microseconds])
    }
  }

  /// The passes, oldest first: those that found something, and the last one.
  package func passes() async throws(LedgerError) -> [PassRecord] {
    try await read("read the passes") { db, _ in try db.passes() }
  }

  /// Records that a pass has caught an engine up.
  package func recordCatchUp(engine: String, detail: String) async throws(LedgerError) {
    try await appendEvent(.repaired, engine: engine, detail: detail)
  }
}

extension Database {
  func passes(last count: Int? = nil) throws -> [PassRecord] {
    let rows = try Row.fetchAll(
      self, sql: "SELECT * FROM pass ORDER BY id DESC LIMIT ?", arguments: [count ?? -1])
    return rows.reversed().map { row in
      PassRecord(
        beganAt: Date(microseconds: row["began_at"]), look: .microseconds(row["looked"] as Int64),
        spent: .microseconds(row["spent"] as Int64), engines: row["engines"],
        moved: row["moved"], new: row["new"], changed: row["changed"], gone: row["gone"])
    }
  }
}

extension Duration {
  fileprivate var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
