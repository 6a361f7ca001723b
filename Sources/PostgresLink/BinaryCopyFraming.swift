/// Counts the rows of a binary COPY stream as it passes, without decoding them: a pure state machine
/// over the messages in which the server sends it (one for each row, the header with the first).
///
/// The stream is a 19-byte header (signature, flags, length of an extension), then for each row an
/// int16 count of fields with their contents, then an int16 of -1 (PostgreSQL's manual, COPY, "Binary
/// Format").
package struct BinaryCopyFraming: Sendable {
  /// Rows that have passed.
  package private(set) var rows = 0
  /// Bytes that have passed, header and trailer included.
  package private(set) var bytes = 0
  private var state = State.header
  private let columns: Int16

  private enum State: Sendable {
    case header
    case rows
    case ended
  }

  private static let signature: [UInt8] = [
    0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00,
  ]
  private static let headerBytes = 19

  /// - Parameter columns: the number of fields that every row must have.
  package init(columns: Int) {
    self.columns = Int16(columns)
  }

  /// Whether the trailer has been seen. A stream without it was cut.
  package var isComplete: Bool {
    switch state {
    case .ended: true
    case .header, .rows: false
    }
  }

  /// Takes the next message. Throws if the format does not allow it at this point.
  package mutating func consume(_ message: UnsafeRawBufferPointer) throws(PostgresError) {
    bytes += message.count
    switch state {
    case .header:
      guard message.count >= Self.headerBytes, message.prefix(11).elementsEqual(Self.signature),
        message[11..<19].allSatisfy({ $0 == 0 })
      else { throw broken("does not begin with the header of COPY's binary format") }
      state = .rows
      let rest = UnsafeRawBufferPointer(rebasing: message[Self.headerBytes...])
      if !rest.isEmpty { try consumeRow(rest) }
    case .rows: try consumeRow(message)
    case .ended: throw broken("continues after its end")
    }
  }

  private mutating func consumeRow(_ message: UnsafeRawBufferPointer) throws(PostgresError) {
    guard message.count >= 2 else { throw broken("has a message too short for a row") }
    let fields = Int16(bitPattern: UInt16(message[0]) << 8 | UInt16(message[1]))
    switch fields {
    case -1 where message.count == 2: state = .ended
    case columns: rows += 1
    default: throw broken("has a row of \(fields) fields where \(columns) were expected")
    }
  }

  private func broken(_ what: String) -> PostgresError {
    PostgresError(
      kind: .protocolViolation, message: "the source's COPY stream \(what) (after \(rows) rows)")
  }
}
