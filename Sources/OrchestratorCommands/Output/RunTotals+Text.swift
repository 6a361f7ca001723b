import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

extension RunTotals {
  /// Three lines: engines and time, rows with a bar, indexes with a bar. Two bars, because copying is
  /// over long before the run is.
  func lines(_ snapshot: LedgerSnapshot, _ timeLeft: Duration?) -> [StyledLine] {
    var engines = StyledLine("engines  ", .quiet)
    engines += StyledLine(
      "\(Figures.count(enginesDone)) of \(Figures.count(enginesTotal)) published",
      isDone ? .good : .plain)
    for (state, tint) in [(EngineState.failed, Tint.bad), (.drifted, .attention)] {
      guard let count = self.engines[state] else { continue }
      engines += StyledLine(", \(Figures.count(count)) \(state.rawValue)", tint)
    }
    if let skipped = self.engines[.skipped] {
      engines += StyledLine(", \(Figures.count(skipped)) skipped", .quiet)
    }
    engines += StyledLine("  ·  ETA \(timeLeft.map(Figures.time) ?? Figures.unknown)")
    return [engines, rowsLine(snapshot.bytesPerSecond), indexesLine]
  }

  private func rowsLine(_ bytesPerSecond: Double) -> StyledLine {
    var text = "  \(Figures.count(rowsDone)) of \(Figures.count(rowsTotal, "row"))"
    text += ", \(Figures.bytes(bytesDone)) of \(Figures.bytes(bytesTotal))"
    if bytesPerSecond > 0 { text += ", \(Figures.rate(bytesPerSecond))" }
    if retries > 0 { text += ", " + Figures.count(retries, "retry", plural: "retries") }
    return StyledLine("rows     ", .quiet)
      + bar(rowsDone, of: rowsTotal, isDone: areRowsDone) + StyledLine(text)
  }

  /// Without a bar while engines may still bring more: it would stand near its end from the beginning.
  private var indexesLine: StyledLine {
    let title = StyledLine("indexes  ", .quiet)
    guard isPlanned || isDone else { return title + StyledLine(indexesPhrase) }
    return title + bar(indexesBuilt, of: indexesTotal, isDone: areIndexesDone)
      + StyledLine("  " + indexesPhrase)
  }

  private var indexesPhrase: String {
    "\(Figures.count(indexesBuilt)) of \(Figures.count(indexesTotal)) built"
      + (isPlanned || isDone ? "" : ", more to be planned")
  }

  private func bar(_ done: Int, of total: Int, isDone: Bool) -> StyledLine {
    let percent = Figures.percent(done, of: total, isDone: isDone)
    return StyledLine(
      Figures.bar(done, of: total, isDone: isDone, columns: 20) + " "
        + percent.fitted(to: 4, alignedRight: true),
      isDone ? .good : .plain)
  }

  /// All of it in one line, for a pipe.
  ///
  /// - Parameter state: the run's, where the ledger's own word is not the whole truth.
  func line(_ snapshot: LedgerSnapshot, _ timeLeft: Duration?, state name: String? = nil) -> String
  {
    var parts = [
      "\(Figures.count(enginesDone)) of \(Figures.count(enginesTotal)) engines published",
      "\(Figures.count(rowsDone)) of \(Figures.count(rowsTotal, "row")) "
        + "(\(Figures.percent(rowsDone, of: rowsTotal, isDone: areRowsDone)))",
      "indexes \(indexesPhrase)",
      Figures.rate(snapshot.bytesPerSecond),
    ]
    for state in [EngineState.failed, .drifted] {
      if let count = engines[state] { parts.append("\(Figures.count(count)) \(state.rawValue)") }
    }
    parts.append("ETA \(timeLeft.map(Figures.time) ?? Figures.unknown)")
    return "\(name ?? state.rawValue): " + parts.joined(separator: ", ")
  }
}
