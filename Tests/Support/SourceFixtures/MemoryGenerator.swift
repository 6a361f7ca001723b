import Foundation

/// Makes one engine's memories, oldest first, in production's shape: ids by time, content from
/// 100 bytes to 20 kB with a few of 1 MB, trees of depth 0 to 6, most temporal values null.
struct MemoryGenerator: Sendable {
  static let columns =
    "id, meta, tree, temporal, content, embedding, embedding_version, embedding_attempts, "
    + "embedding_last_error, created_at, created_by, updated_at"

  let dimensions: Int
  /// Which memories these are, counted over all engines.
  let indexes: Range<Int>
  /// Of all engines' memories, those without an embedding.
  let withoutEmbedding: Set<Int>
  /// Users who created them.
  let authors: [UUID]

  /// The first memory's time: 2025-03-01, in microseconds since 1970.
  private static let firstTime: Int64 = 1_740_787_200_000_000
  private static let piece = 256 << 10

  func write(random: SeededRandom, to write: ([UInt8]) throws -> Void) throws {
    var (random, copy, time) = (random, BinaryCopy(), Self.firstTime)
    let halves = halfTable()
    for index in indexes {
      time += Int64(1 + random.below(600_000_000))
      row(index, time: time, halves: halves, copy: &copy, random: &random)
      if copy.bytes.count >= Self.piece { try copy.drain(into: write) }
    }
    copy.end()
    try copy.drain(into: write)
  }

  private func row(
    _ index: Int, time: Int64, halves: [UInt16], copy: inout BinaryCopy,
    random: inout SeededRandom
  ) {
    let waits = withoutEmbedding.contains(index)
    copy.beginRow(columns: 12)
    copy.uuid(random.identifier(at: time))
    copy.versionedText(meta(&random))
    copy.versionedText(tree(&random))
    switch random.below(10) {
    case 0: copy.range(time - Int64(1 + random.below(1 << 40)), upper: time)
    case 1, 2: copy.range(time - Int64(random.below(1 << 40)), upper: nil)
    default: copy.null()
    }
    copy.text(content(bytes: contentBytes(index, &random), &random))
    if waits {
      copy.null()
    } else {
      copy.vector(halves, dimensions: dimensions, random: &random)
    }
    copy.integer(Int32(1 + random.below(20) / 18))
    copy.integer(waits ? 3 : 0)
    if waits { copy.text(Array("429: slow down".utf8)) } else { copy.null() }
    copy.timestamp(time)
    copy.uuid(random.element(of: authors))
    if random.chance(30) {
      copy.timestamp(time + Int64(random.below(1 << 42)))
    } else {
      copy.null()
    }
  }

  private func contentBytes(_ index: Int, _ random: inout SeededRandom) -> Int {
    if index % 12_500 == 6_000 { return 1 << 20 }
    // Half of them below 300 bytes, 900 on average.
    return Int(100 * pow(200, random.fraction() * random.fraction()))
  }

  /// Words up to a length that the last of them may overrun a little.
  private func content(bytes: Int, _ random: inout SeededRandom) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes + 32)
    while text.count < bytes {
      let draw = random.next()
      text += Vocabulary.words[Int(draw >> 32) % Vocabulary.words.count]
      text.append(draw % 23 == 0 ? 0x0A : 0x20)
    }
    return text
  }

  private func tree(_ random: inout SeededRandom) -> [UInt8] {
    let labels = (0..<random.below(7)).map { _ in random.element(of: Vocabulary.labels) }
    return Array(labels.joined(separator: ".").utf8)
  }

  private func meta(_ random: inout SeededRandom) -> [UInt8] {
    if random.chance(20) { return Array("{}".utf8) }
    let (source, tag) = (
      random.element(of: Vocabulary.sources), random.element(of: Vocabulary.labels)
    )
    var fields = #""source": "\#(source)", "tags": ["\#(tag)", "🙂"]"#
    if random.chance(50) { fields += #", "importance": 0.\#(random.below(1_000))"# }
    if random.chance(20) {
      fields += #", "thread": {"id": \#(random.below(1 << 40)), "schlüssel": null, "done": true}"#
    }
    return Array("{\(fields)}".utf8)
  }

  /// Big-endian halves spread evenly over what gives vectors of about length 1.
  private func halfTable() -> [UInt16] {
    let bound = (3 / Double(max(dimensions, 1))).squareRoot()
    return (0..<65_536).map {
      Float16((Double($0) / 32_767.5 - 1) * bound).bitPattern.bigEndian
    }
  }
}
