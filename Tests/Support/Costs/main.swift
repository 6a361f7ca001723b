import Foundation

// Prints, for each workload at n and at 2n, the processor time of its steps and the peak of its memory, and
// how both have grown: about 2 is linear. Each runs in a process of its own, so that one's peak is not another's.

if CommandLine.arguments.count == 3, let workload = Workload(rawValue: CommandLine.arguments[1]),
  let size = Int(CommandLine.arguments[2])
{
  for measurement in try await workload.run(size: size) { print(measurement.line) }
} else {
  for workload in Workload.allCases { try report(workload) }
}

private func report(_ workload: Workload) throws {
  let single = try measured(workload, size: workload.size)
  let double = try measured(workload, size: 2 * workload.size)
  print("\(workload.title), n = \(workload.size)")
  print(row("", ["n", "2n", "ratio", "peak n", "peak 2n", "ratio"]))
  for (one, two) in zip(single, double) {
    let times = [text(one.seconds), text(two.seconds), ratio(one.seconds, two.seconds)]
    let peaks = [one, two].map { "\($0.peakBytes / 1_048_576) MiB" }
    print(row(one.step, times + peaks + [ratio(Double(one.peakBytes), Double(two.peakBytes))]))
  }
  print("")
}

private func measured(_ workload: Workload, size: Int) throws -> [Measurement] {
  let process = Process()
  process.executableURL = URL(filePath: CommandLine.arguments[0])
  process.arguments = [workload.rawValue, "\(size)"]
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let text = try output.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw CocoaError(.executableRuntimeMismatch)
  }
  return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap(Measurement.init)
}

private func text(_ seconds: Double) -> String { String(format: "%.3f s", seconds) }

private func ratio(_ one: Double, _ two: Double) -> String { String(format: "%.1f", two / one) }

private func row(_ step: String, _ columns: [String]) -> String {
  let padded = "  " + step + String(repeating: " ", count: max(1, 52 - step.count))
  return padded
    + columns.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
}
