/// The order in which engines are copied: the largest first, because its index builds take longest. Before
/// it comes one small engine: its builds keep a lane at work while the largest is copied, and tell early what
/// builds cost.
struct EngineOrder: Sendable {
  /// The size of the small engine as a part of the largest: less is of no use, and more delays all others.
  private static let starterParts = (least: 16, most: 4)

  let engines: [String]
  private let ranks: [String: Int]

  /// - Parameter bytes: the expected bytes of each engine.
  init(_ bytes: [String: Int]) {
    var engines = bytes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    let largest = engines.first.flatMap { bytes[$0] } ?? 0
    let starter = engines.firstIndex { name in
      let size = bytes[name] ?? 0
      return size > 0 && size * Self.starterParts.most <= largest
        && size * Self.starterParts.least >= largest
    }
    if let starter { engines.insert(engines.remove(at: starter), at: 0) }
    self.engines = engines
    ranks = Dictionary(uniqueKeysWithValues: zip(engines, engines.indices))
  }

  /// Nil for an engine that takes no part.
  func rank(of engine: String) -> Int? { ranks[engine] }
}
