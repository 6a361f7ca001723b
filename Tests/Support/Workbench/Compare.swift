import ArgumentParser
import LocalServers
import SourceFixtures

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prove by SQL alone that the target holds what the sources hold.")

  func run() async throws {
    let servers = try await devServers()
    guard show(try await Comparison.of(servers, database: LocalServers.database)) else {
      throw ExitCode(1)
    }
  }
}

/// Prints a line for each engine and, last, the outcome, which it returns.
func show(_ comparison: Comparison) -> Bool {
  print("engine         source   target")
  for engine in comparison.engines {
    let verdict = engine.differences.isEmpty ? "equal" : engine.differences.joined(separator: "; ")
    let target = engine.targetRows.map { "\($0)" } ?? "-"
    print("\(engine.slug) \(padded(engine.sourceRows)) \(padded(target))  \(verdict)")
  }
  for other in comparison.others { print(other) }
  let rows = comparison.engines.map(\.sourceRows).reduce(0, +)
  print(
    comparison.isEqual
      ? "EQUAL: \(comparison.engines.count) engines, \(rows) memories, every column"
      : "DIFFERENT: the target does not hold what the sources hold")
  return comparison.isEqual
}

private func padded(_ value: some CustomStringConvertible) -> String {
  let text = "\(value)"
  return String(repeating: " ", count: max(0, 8 - text.count)) + text
}
