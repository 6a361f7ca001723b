import Foundation

/// Rows in the format of `COPY … (FORMAT binary)`.
struct BinaryCopy {
  private(set) var bytes =
    Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)

  mutating func beginRow(columns: Int) { big(Int16(columns)) }

  mutating func end() { big(Int16(-1)) }

  /// Hands over what has gathered, and forgets it.
  mutating func drain(into write: ([UInt8]) throws -> Void) rethrows {
    try write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func null() { big(Int32(-1)) }

  mutating func uuid(_ value: UUID) {
    big(Int32(16))
    withUnsafeBytes(of: value.uuid) { bytes.append(contentsOf: $0) }
  }

  mutating func text(_ utf8: [UInt8]) {
    big(Int32(utf8.count))
    bytes.append(contentsOf: utf8)
  }

  /// `jsonb` and `ltree` travel as text behind the version of that format, which is 1 for both.
  mutating func versionedText(_ utf8: [UInt8]) {
    big(Int32(utf8.count + 1))
    bytes.append(1)
    bytes.append(contentsOf: utf8)
  }

  mutating func integer(_ value: Int32) {
    big(Int32(4))
    big(value)
  }

  /// Microseconds since 1970; PostgreSQL counts from 2000.
  mutating func timestamp(_ microseconds: Int64) {
    big(Int32(8))
    big(microseconds - 946_684_800_000_000)
  }

  /// A `tstzrange`: the point `[lower, lower]`, or the period `[lower, upper)`.
  mutating func range(_ lower: Int64, upper: Int64?) {
    let (lowerIncluded, upperIncluded): (UInt8, UInt8) = (0x02, 0x04)
    big(Int32(25))
    bytes.append(upper == nil ? lowerIncluded | upperIncluded : lowerIncluded)
    timestamp(lower)
    timestamp(upper ?? lower)
  }

  /// A `halfvec` of random elements, taken from a table of 65,536 halves in big-endian order.
  mutating func vector(_ table: [UInt16], dimensions: Int, random: inout SeededRandom) {
    big(Int32(4 + 2 * dimensions))
    big(Int16(dimensions))
    big(Int16(0))
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: 2 * dimensions))
    bytes.withUnsafeMutableBytes { buffer in
      table.withUnsafeBufferPointer { table in
        var word: UInt64 = 0
        for index in 0..<dimensions {
          word = index % 4 == 0 ? random.next() : word >> 16
          buffer.storeBytes(
            of: table[Int(word & 0xFFFF)], toByteOffset: start + 2 * index, as: UInt16.self)
        }
      }
    }
  }

  private mutating func big(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }
}
