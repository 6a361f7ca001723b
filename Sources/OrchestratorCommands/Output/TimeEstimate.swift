import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

/// How long the run still takes, from what its jobs have cost so far.
///
/// The cost of a byte is known for a kind of job once one of them is done; while copies or index builds
/// are left whose kind has none yet, nothing is known. Jobs without bytes (spaces, rosters) last seconds:
/// they count as soon as one was measured, and hold nothing up until then.
struct TimeEstimate {
  private let snapshot: LedgerSnapshot

  /// Nil unless the run is in its state `running` and enough is known.
  static func timeLeft(_ snapshot: LedgerSnapshot) -> Duration? {
    guard snapshot.run.state == .running else { return nil }
    return TimeEstimate(snapshot: snapshot).secondsLeft.map { .seconds($0) }
  }

  private var secondsLeft: Double? {
    guard let indexes = indexBytesLeft,
      let copying = laneSeconds(for: memoryBytesLeft, of: .memories),
      let building = laneSeconds(for: indexes, of: .index)
    else { return nil }
    let short: Double = [JobKind.provision, .identities, .space, .roster].map(shortJobsSeconds)
      .reduce(0, +)
    let (elapsed, credit, longest) = running
    let left = max(0, copying + building + short - credit)
    guard left > 0 else { return longest }
    guard let concurrency = concurrency(elapsedOfRunning: elapsed) else { return nil }
    // However many lanes there are, the longest job of those at work has to end.
    return max(left / concurrency, longest)
  }

  // MARK: What is left, in expected bytes

  private func bytesPlanned(_ kind: JobKind) -> Int { snapshot.kinds[kind]?.expectedBytes ?? 0 }

  private func bytesLeft(_ kind: JobKind) -> Int {
    bytesPlanned(kind) - (snapshot.kinds[kind]?.expectedBytesDone ?? 0)
  }

  /// An engine's copies and builds are in the plan once its space is there; until then its own estimate
  /// stands for them.
  private var bytesUnplanned: Int {
    snapshot.engines.filter { !$0.gaveUp && $0.lacksPlan }.map(\.bytesTotal).reduce(0, +)
  }

  /// In the plan, but of engines that gave up.
  private var givenUp: [EngineStatus] {
    snapshot.engines.filter { $0.gaveUp && !$0.lacksPlan }
  }

  private var memoryBytesLeft: Double {
    let lost = givenUp.map { $0.bytesTotal - $0.bytesDone }.reduce(0, +)
    return Double(bytesLeft(.memories) + bytesUnplanned - lost)
  }

  /// Nil while no plan says how much there is to build for a byte copied.
  private var indexBytesLeft: Double? {
    let lost = givenUp.filter { $0.phase == .memories }.map(\.bytesTotal).reduce(0, +)
    guard bytesUnplanned > 0 || lost > 0 else { return Double(bytesLeft(.index)) }
    guard bytesPlanned(.memories) > 0 else { return nil }
    let buildsPerCopy = Double(bytesPlanned(.index)) / Double(bytesPlanned(.memories))
    return Double(bytesLeft(.index)) + buildsPerCopy * Double(bytesUnplanned - lost)
  }

  // MARK: What it costs, in seconds of a lane

  private func secondsPerByte(_ kind: JobKind) -> Double? {
    guard let totals = snapshot.kinds[kind], totals.expectedBytesDone > 0, totals.spent > .zero
    else { return nil }
    return totals.spent / .seconds(1) / Double(totals.expectedBytesDone)
  }

  private func laneSeconds(for bytes: Double, of kind: JobKind) -> Double? {
    bytes > 0 ? secondsPerByte(kind).map { $0 * bytes } : 0
  }

  private func shortJobsSeconds(_ kind: JobKind) -> Double {
    guard let totals = snapshot.kinds[kind], totals.jobsDone > 0 else { return 0 }
    let left = totals.jobs - totals.jobsDone - totals.jobsFailed
    return totals.spent / .seconds(1) / Double(totals.jobsDone) * Double(left)
  }

  /// Of the copies and builds at work: how long they have been at it, how much of their cost that pays,
  /// and what the longest of them still needs.
  private var running: (elapsed: Double, credit: Double, longest: Double) {
    var result = (elapsed: 0.0, credit: 0.0, longest: 0.0)
    for job in snapshot.engines.flatMap(\.running) {
      let elapsed = max(0, job.startedAt.map(snapshot.takenAt.timeIntervalSince) ?? 0)
      let cost = Double(job.job.expectedBytes) * (secondsPerByte(job.job.name.kind) ?? 0)
      result.elapsed += elapsed
      result.credit += min(elapsed, cost)
      result.longest = max(result.longest, cost - elapsed)
    }
    return result
  }

  /// How many lanes were at work on the average.
  private func concurrency(elapsedOfRunning: Double) -> Double? {
    let spent = snapshot.kinds.values.map { $0.spent / .seconds(1) }.reduce(elapsedOfRunning, +)
    let worked = snapshot.run.worked / .seconds(1)
    return spent > 0 && worked > 0 ? spent / worked : nil
  }
}
