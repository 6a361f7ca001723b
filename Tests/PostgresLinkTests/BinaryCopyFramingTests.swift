import PostgresLink
import Testing

@Suite("BinaryCopyFraming: counting rows that pass")
struct BinaryCopyFramingTests {
  static let header: [UInt8] =
    [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]
    + [UInt8](repeating: 0, count: 8)
  static let row: [UInt8] = [0, 1, 0, 0, 0, 1, 42]
  static let trailer: [UInt8] = [0xFF, 0xFF]

  func framing(_ messages: [[UInt8]]) throws -> BinaryCopyFraming {
    var framing = BinaryCopyFraming(columns: 1)
    for message in messages { try message.withUnsafeBytes { try framing.consume($0) } }
    return framing
  }

  @Test func headerRidesWithTheFirstRow() throws {
    let framing = try framing([Self.header + Self.row, Self.row, Self.trailer])
    #expect(framing.rows == 2)
    #expect(framing.bytes == 19 + 7 + 7 + 2)
    #expect(framing.isComplete)
  }

  @Test func headerMayComeAloneAndAnEmptyTableIsHeaderAndTrailer() throws {
    let alone = try framing([Self.header, Self.row, Self.trailer])
    #expect(alone.rows == 1)
    let empty = try framing([Self.header + Self.trailer])
    #expect(empty.rows == 0 && empty.isComplete)
  }

  @Test func aCutStreamIsNotComplete() throws {
    let cut = try framing([Self.header + Self.row])
    let nothing = try framing([])
    #expect(!cut.isComplete && !nothing.isComplete)
  }

  @Test(arguments: [
    [[0x50, 0x47]], [row], [header + [0, 2, 0, 0]], [header, [0]], [header, trailer, row],
  ])
  func whatTheFormatDoesNotAllowIsRefused(_ messages: [[UInt8]]) {
    #expect(throws: PostgresError.self) { try framing(messages) }
  }
}
