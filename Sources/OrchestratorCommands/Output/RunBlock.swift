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

/// What stands below the events on a terminal while a run is at work.
enum RunBlock {
  /// Engines or builds shown at most.
  static let linesAtWorkMax = 8

  /// The totals with their bars, none of them cut, then what is at work, the largest engines first.
  static func lines(_ snapshot: LedgerSnapshot, columns: Int = .max) -> [StyledLine] {
    let atWork = snapshot.engines.filter { !$0.running.isEmpty }
      .sorted { ($1.bytesTotal, $0.engine.slug) < ($0.bytesTotal, $1.engine.slug) }
    let lines = atWork.flatMap { engineLines($0, at: snapshot.takenAt) }
    let hidden = lines.count - linesAtWorkMax
    let more = StyledLine("  … and \(Figures.count(hidden)) more at work", .quiet)
    let worked = StyledLine("at work  \(Figures.time(snapshot.run.worked))", .quiet)
    let totals = RunTotals(snapshot).lines(snapshot, TimeEstimate.timeLeft(snapshot))
    return [StyledLine()] + totals.flatMap { $0.folded(to: columns) }
      + [worked] + lines.prefix(linesAtWorkMax) + (hidden > 0 ? [more] : [])
  }

  /// The totals, and the build that is the furthest from its end, for a pipe.
  static func line(_ snapshot: LedgerSnapshot) -> String {
    let line = RunTotals(snapshot).line(snapshot, TimeEstimate.timeLeft(snapshot))
    let builds = snapshot.builds
    guard let build = builds.min(by: { $0.percent < $1.percent }) else { return line }
    let others = builds.count > 1 ? " and \(builds.count - 1) more" : ""
    return line + "; building \(build.job.name) \(build.progressPhrase)\(others)"
  }

  private static func engineLines(_ status: EngineStatus, at time: Date) -> [StyledLine] {
    guard status.phase == .index else { return [engineLine(status)] }
    return status.running.map { build in
      StyledLine("  " + build.job.name.description.fitted(to: 44))
        + StyledLine("  \(build.progressPhrase)")
        + StyledLine(build.elapsed(at: time).map { "  " + Figures.time($0) } ?? "", .quiet)
    }
  }

  private static func engineLine(_ status: EngineStatus) -> StyledLine {
    let percent = Figures.percent(status.rowsDone, of: status.rowsTotal, isDone: false)
    var text =
      "  " + status.engine.slug.fitted(to: 24) + "  "
      + (status.phase?.rawValue ?? Figures.unknown).fitted(to: 8) + "  "
      + Figures.bar(status.rowsDone, of: status.rowsTotal, isDone: false, columns: 12) + " "
      + percent.fitted(to: 4, alignedRight: true)
      + "  \(Figures.count(status.rowsDone)) of \(Figures.count(status.rowsTotal, "row"))"
    if status.bytesPerSecond > 0 { text += "  \(Figures.rate(status.bytesPerSecond))" }
    return StyledLine(text)
  }
}

extension LedgerSnapshot {
  /// Index builds at work.
  var builds: [JobRecord] { engines.flatMap(\.running).filter { $0.job.name.kind == .index } }
}

extension JobRecord {
  fileprivate var percent: Double { progress?.percent ?? 0 }

  /// `building index: loading tuples 43%`.
  fileprivate var progressPhrase: String {
    progress.flatMap { progress in
      progress.phase.map { "\($0) \(Figures.percent(progress.percent))" }
    } ?? Figures.unknown
  }
}
