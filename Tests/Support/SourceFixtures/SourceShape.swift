import Foundation

/// How large generated sources are. Everything in them follows from these three numbers.
package struct SourceShape: Sendable {
  /// Memories over all engines; 62,111 in production.
  package var rows: Int
  package var seed: UInt64
  /// Of the embeddings; 1,536 in production.
  package var dimensions: Int

  package init(rows: Int = 62_111, seed: UInt64 = 1, dimensions: Int = 1_536) {
    self.rows = rows
    self.seed = seed
    self.dimensions = dimensions
  }

  /// Memories of each active engine, the largest first. A third of all is in one engine, 20,862 at
  /// production's size; the others thin out, and small sources leave the last of them empty.
  func engineRows(engines: Int) -> [Int] {
    let largest = rows * 20_862 / 62_111
    let weights = (1..<engines).map { 1 / pow(Double($0), 1.15) }
    let total = weights.reduce(0, +)
    var (sizes, weight, given) = ([largest], 0.0, 0)
    for share in weights {
      weight += share
      let upTo = Int((Double(rows - largest) * weight / total).rounded())
      sizes.append(upTo - given)
      given = upTo
    }
    return sizes
  }

  /// Which memories, counted over all engines, have no embedding: 4 of them, as in production.
  var withoutEmbedding: Set<Int> {
    Set((0..<4).map { rows * (2 * $0 + 1) / 8 }.filter { $0 < rows })
  }
}
