import Foundation

/// One connection of a ``WideAreaLink``; belongs to the link's thread.
final class WideAreaWire {
  let number: Int
  let client: CInt
  let server: CInt
  var toServer: WideAreaStream
  var toClient = WideAreaStream()
  /// The place of the exchange that is under way.
  var exchange: Int?

  /// - Parameter from: when the client's first byte may arrive.
  init(number: Int, client: CInt, server: CInt, from: UInt64) {
    self.number = number
    self.client = client
    self.server = server
    toServer = WideAreaStream(notBefore: from)
  }

  /// Makes both sockets ready for one thread to serve them beside others.
  func prepare() {
    for descriptor in [client, server] {
      var yes: CInt = 1
      setsockopt(
        descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  /// Whether nothing can pass any more.
  var isOver: Bool {
    toServer.isBroken || toClient.isBroken || toServer.hasEnded && toClient.hasEnded
  }

  func end() {
    close(client)
    close(server)
  }
}

/// The bytes on their way in one direction.
struct WideAreaStream {
  private var pieces: [(due: UInt64, bytes: ArraySlice<UInt8>, isCounted: Bool)] = []
  private var bytesUnderWay = 0
  private let notBefore: UInt64
  private var sourceEnded = false
  /// Whether its end has arrived.
  private(set) var hasEnded = false
  /// Whether whoever should receive is gone.
  private(set) var isBroken = false
  /// Whether the receiver must read before more can be delivered.
  private(set) var isBlocked = false

  /// As much as TCP has under way at most, by Linux's defaults.
  private static let window = 4 << 20

  init(notBefore: UInt64 = 0) { self.notBefore = notBefore }

  var wantsMore: Bool { !sourceEnded && bytesUnderWay < Self.window }

  /// When its next bytes arrive; nil where none can.
  var nextDue: UInt64? { isBlocked ? nil : pieces.first?.due }

  /// - Parameter bytes: empty for the end.
  mutating func put(_ bytes: [UInt8], due: UInt64) {
    sourceEnded = bytes.isEmpty
    bytesUnderWay += bytes.count
    pieces.append((max(due, notBefore), bytes[...], false))
  }

  /// Writes what has arrived by `now`. Tells first how much that is: whoever receives it may look at once.
  mutating func deliver(to sink: CInt, at now: UInt64, _ heard: (Int) -> Void) {
    isBlocked = false
    var done = 0
    defer { pieces.removeFirst(done) }
    while done < pieces.count, pieces[done].due <= now {
      let bytes = pieces[done].bytes
      if bytes.isEmpty {
        shutdown(sink, Int32(SHUT_WR))
        hasEnded = true
      } else {
        if !pieces[done].isCounted { heard(bytes.count) }
        pieces[done].isCounted = true
        let count = bytes.withUnsafeBytes {
          send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else {
          if errno == EAGAIN { isBlocked = true } else if errno != EINTR { isBroken = true }
          return
        }
        bytesUnderWay -= count
        if count < bytes.count {
          pieces[done].bytes = bytes.dropFirst(count)
          continue
        }
      }
      done += 1
    }
  }
}
