/// The number of engines that one statement reads: a few round trips for thousands of engines, with few
/// of them in memory.
package let enginesPerStatement = 100

extension Array {
  /// The elements in order, `size` at a time.
  package func batches(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
