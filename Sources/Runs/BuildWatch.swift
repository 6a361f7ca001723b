import JobModel
import Ledger
import Migration
import PostgresLink
import RunRecord
import Synchronization

/// What the target last said of the index builds at work. It is asked beside whoever wants to know: a
/// server that does not answer makes its last word old, and keeps nobody waiting.
final class BuildWatch: Sendable {
  private let latest = Mutex<[String: BuildProgress]>([:])

  /// Takes the answer of `ask` for the truth, whenever it comes; what was heard before is forgotten.
  func refresh(_ ask: () async throws(PostgresError) -> [BuildProgress]) async {
    // Empty where the server cannot be asked just now.
    let builds = (try? await ask()) ?? []
    let byLane = Dictionary(builds.map { ($0.lane, $0) }, uniquingKeysWith: { first, _ in first })
    latest.withLock { $0 = byLane }
  }

  /// How far each job is: a copy by what it has counted, a build by what the server says of its lane.
  func progress(of jobs: [JobName: JobInFlight]) -> [JobName: JobProgress] {
    let builds = latest.withLock { $0 }
    return jobs.mapValues { job in
      if let copy = job.copy { return JobProgress(rows: copy.rows, bytes: copy.bytes) }
      let build = builds[job.lane]
      return JobProgress(phase: build?.phase, percent: build.map { Double($0.percent) })
    }
  }
}
