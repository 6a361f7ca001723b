import Foundation
import Testing

@testable import SourceFixtures

/// The numbers are those surveyed in production.
@Suite struct ProductionShapeTests {
  @Test func `full size is production's`() {
    let sizes = SourceShape().engineRows(engines: 34)
    #expect(sizes.count == 34)
    #expect(sizes.reduce(0, +) == 62_111)
    #expect(sizes.first == 20_862)
    #expect(sizes.max() == 20_862)
    #expect(SourceShape().withoutEmbedding.count == 4)
  }

  @Test(arguments: [0, 1, 3, 4, 100, 6_211])
  func `smaller sizes keep every row`(rows: Int) {
    let shape = SourceShape(rows: rows)
    let sizes = shape.engineRows(engines: 34)
    #expect(sizes.reduce(0, +) == rows)
    #expect(sizes.allSatisfy { $0 >= 0 })
    #expect(shape.withoutEmbedding.count == min(4, rows))
  }

  @Test func `people and engines are as many as surveyed`() {
    let accounts = Accounts(seed: 1)
    #expect(accounts.identities.count == 32)
    #expect(accounts.orgs.count == 34)
    #expect(accounts.orgs.filter { $0.member != nil }.count == 1)
    #expect(accounts.engines.filter { !$0.isDeleted }.count == 34)
    #expect(accounts.engines.filter(\.isDeleted).count == 1)
    #expect(Set(accounts.engines.map(\.slug)).count == 35)
    #expect(accounts.sql.components(separatedBy: "'2099-12-31").count - 1 == 18)
  }

  @Test func `the seed alone decides`() throws {
    #expect(Accounts(seed: 1).sql == Accounts(seed: 1).sql)
    #expect(Accounts(seed: 1).sql != Accounts(seed: 2).sql)
    #expect(try memories(seed: 1) == memories(seed: 1))
    #expect(try memories(seed: 1) != memories(seed: 2))
  }

  @Test func `binary rows take about 4 kB each`() throws {
    let bytes = try memories(seed: 1, rows: 1_000, dimensions: 1_536).count
    // 263 MB of migrated columns for 62,111 rows, and what is not migrated.
    #expect((3_900_000...4_700_000).contains(bytes))
  }

  @Test func `ids are of version 7 and carry their time`() {
    var random = SeededRandom(seed: 1)
    let id = random.identifier(at: 1_740_787_200_000_000).uuidString
    #expect(id.hasPrefix("01954F00-B000-7"))
    #expect("89AB".contains(id.dropFirst(19).prefix(1)))
  }

  private func memories(seed: UInt64, rows: Int = 40, dimensions: Int = 8) throws -> [UInt8] {
    let author = UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6))
    var bytes: [UInt8] = []
    try MemoryGenerator(
      dimensions: dimensions, indexes: 0..<rows, withoutEmbedding: [3], authors: [author]
    ).write(random: SeededRandom(seed: seed)) { bytes += $0 }
    return bytes
  }
}
