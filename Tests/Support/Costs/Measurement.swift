import Foundation
import Glibc

/// One line of the table: what a step took of the processor, which does not depend on who else is at work,
/// and the most memory that its process held so far.
struct Measurement {
  var step: String
  var seconds: Double
  var peakBytes: Int

  /// Runs `body` and measures it; the process is that of one workload alone.
  static func of(_ step: String, _ body: () async throws -> Void) async throws -> Measurement {
    let before = usage
    try await body()
    let after = usage
    return Measurement(
      step: step, seconds: seconds(after) - seconds(before), peakBytes: after.ru_maxrss * 1024)
  }

  private static var usage: rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }

  private static func seconds(_ usage: rusage) -> Double {
    [usage.ru_utime, usage.ru_stime].reduce(0) { sum, time in
      sum + Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }
  }
}

extension Measurement {
  /// As one process tells it to the one that made it.
  var line: String { "\(step)\t\(seconds)\t\(peakBytes)" }

  init?(line: Substring) {
    let parts = line.split(separator: "\t")
    guard parts.count == 3, let seconds = Double(parts[1]), let peak = Int(parts[2]) else {
      return nil
    }
    self.init(step: String(parts[0]), seconds: seconds, peakBytes: peak)
  }
}
