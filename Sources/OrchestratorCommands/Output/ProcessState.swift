import Foundation
import JobModel
import Ledger

/// Whether a process makes true what the ledger says of the run and its jobs.
enum ProcessState: String, Hashable, Sendable {
  case working
  /// It ended as it should; the ledger says how.
  case stopped
  /// It ended without a word: killed, or its machine went down.
  case crashed
}

extension StatusReport {
  var processState: ProcessState {
    if process != nil { return .working }
    return switch snapshot.run.state {
    case .planning, .running, .finishing: .crashed
    case .interrupted, .failed, .complete, .finished: .stopped
    }
  }

  /// Since when; nil where a process has begun a moment ago and nobody knows.
  var processStateSince: Date? {
    guard let process else { return snapshot.run.seenAt }
    return process.since == .distantPast ? nil : process.since
  }

  /// The run's state as people are told it.
  var stateName: String {
    processState == .crashed ? processState.rawValue : snapshot.run.state.rawValue
  }

  var stateTint: Tint { processState == .crashed ? .bad : snapshot.run.state.tint }

  /// What no process is at work on is not running.
  func name(of state: EngineState) -> String {
    state == .running && process == nil ? processState.rawValue : state.rawValue
  }

  /// Likewise of a job.
  func name(of state: JobState) -> String {
    state == .running && process == nil ? processState.rawValue : state.rawValue
  }
}
