import Foundation
import Synchronization

/// The thread that carries the bytes of one ``WideAreaLink``.
final class WideAreaCarrier: @unchecked Sendable {
  // Unchecked: what is not a constant belongs to the thread in `run`.
  let exchanges = Mutex<[Exchange]>([])
  private let listener: CInt
  private let serverPort: Int
  private let chain: RoundTripChain
  private var toServer: PacedDirection
  private var toClient: PacedDirection
  private var wires: [WideAreaWire] = []
  private var connections = 0
  /// Whose turn it is to be read first.
  private var turn = 0
  private var buffer = [UInt8](repeating: 0, count: 16 * 1024)

  init(listener: CInt, serverPort: Int, direction: PacedDirection, chain: RoundTripChain) {
    self.listener = listener
    self.serverPort = serverPort
    self.chain = chain
    toServer = direction
    toClient = direction
  }

  deinit { close(listener) }

  /// Ends `run`, and with it every connection.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  func run() {
    while true {
      let now = Self.now
      for wire in wires { deliver(wire, at: now) }
      for wire in wires where wire.isOver { wire.end() }
      wires.removeAll(where: \.isOver)
      var waits = [pollfd(fd: listener)]
      let asked = wires.map { waitFor($0, at: now, &waits) }
      wait(&waits, until: nextMoment(after: now))
      take(asked, waits, at: Self.now)
      if waits[0].revents & Int16(POLLHUP) != 0 { break }
      if waits[0].revents != 0 { accept() }
    }
    for wire in wires { wire.end() }
  }

  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private func accept() {
    let client = Glibc.accept(listener, nil, nil)
    guard client >= 0 else { return }
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    // TCP's handshake is over a round trip later, and the first bytes arrive half of one after that.
    let wire = WideAreaWire(
      number: connections, client: client, server: server, from: Self.now + 3 * toServer.delay)
    connections += 1
    guard withLoopback(serverPort, { connect(server, $0, $1) }) == 0 else { return wire.end() }
    wire.prepare()
    wires.append(wire)
  }
}

// MARK: Waiting

extension WideAreaCarrier {
  /// What is asked of a wire's two sockets: their places among the waits.
  private struct Asked {
    let wire: WideAreaWire
    let client: Int
    let server: Int
  }

  private func waitFor(_ wire: WideAreaWire, at now: UInt64, _ waits: inout [pollfd]) -> Asked {
    var (client, server) = (pollfd(fd: -1), pollfd(fd: -1))
    func ask(_ end: inout pollfd, _ descriptor: CInt, _ event: CInt) {
      end.fd = descriptor
      end.events |= Int16(event)
    }
    if wire.toServer.wantsMore, toServer.acceptsFrom <= now { ask(&client, wire.client, POLLIN) }
    if wire.toClient.wantsMore, toClient.acceptsFrom <= now { ask(&server, wire.server, POLLIN) }
    if wire.toServer.isBlocked { ask(&server, wire.server, POLLOUT) }
    if wire.toClient.isBlocked { ask(&client, wire.client, POLLOUT) }
    waits += [client, server]
    return Asked(wire: wire, client: waits.count - 2, server: waits.count - 1)
  }

  /// When something is due without any socket's doing; nil when nothing is.
  private func nextMoment(after now: UInt64) -> UInt64? {
    var moments = wires.flatMap { [$0.toServer.nextDue, $0.toClient.nextDue].compactMap(\.self) }
    for direction in [toServer, toClient] where direction.acceptsFrom > now {
      moments.append(direction.acceptsFrom)
    }
    return moments.min()
  }

  /// Waits in whole milliseconds, rounded up, which ``PacedDirection/slack`` allows for.
  private func wait(_ waits: inout [pollfd], until moment: UInt64?) {
    let now = Self.now
    let limit = moment.map { $0 > now ? CInt(clamping: ($0 - now + 999_999) / 1_000_000) : 0 }
    poll(&waits, nfds_t(waits.count), limit ?? -1)
  }
}

// MARK: Carrying

extension WideAreaCarrier {
  private func take(_ asked: [Asked], _ waits: [pollfd], at now: UInt64) {
    func isReadable(_ place: Int) -> Bool {
      waits[place].events & Int16(POLLIN) != 0 && waits[place].revents & ~Int16(POLLOUT) != 0
    }
    turn += 1
    for offset in asked.indices {
      let ask = asked[(turn + offset) % asked.count]
      if isReadable(ask.client), toServer.acceptsFrom <= now {
        let bytes = read(from: ask.wire.client)
        ask.wire.toServer.put(bytes, due: toServer.take(bytes.count, at: now))
        if !bytes.isEmpty { hear(ask.wire, asks: bytes[...]) }
      }
      if isReadable(ask.server), toClient.acceptsFrom <= now {
        let bytes = read(from: ask.wire.server)
        ask.wire.toClient.put(bytes, due: toClient.take(bytes.count, at: now))
      }
    }
  }

  /// Empty when the other side has ended.
  private func read(from descriptor: CInt) -> [UInt8] {
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    return count > 0 ? Array(buffer[..<count]) : []
  }

  private func deliver(_ wire: WideAreaWire, at now: UInt64) {
    wire.toServer.deliver(to: wire.server, at: now) { _ in }
    wire.toClient.deliver(to: wire.client, at: now) { hear(wire, answered: $0) }
  }
}

// MARK: Counting

extension WideAreaCarrier {
  private func hear(_ wire: WideAreaWire, asks bytes: ArraySlice<UInt8>) {
    let now = Date()
    exchanges.withLock { exchanges in
      let last = wire.exchange.map { exchanges[$0] }
      if last == nil || last?.answered != nil {
        wire.exchange = exchanges.count
        exchanges.append(
          Exchange(
            connection: wire.number, isFirst: last == nil,
            applicationName: last?.applicationName ?? "",
            depth: chain.length + (last == nil ? 1 : 0), asked: now))
      }
      if let current = wire.exchange { exchanges[current].add(asked: bytes, at: now) }
    }
  }

  private func hear(_ wire: WideAreaWire, answered count: Int) {
    guard let current = wire.exchange else { return }
    let now = Date()
    let depth = exchanges.withLock { exchanges in
      if exchanges[current].answered == nil { exchanges[current].answered = now }
      exchanges[current].lastHeard = now
      exchanges[current].bytesFromServer += count
      return exchanges[current].depth
    }
    chain.reach(depth + 1)
  }
}

extension pollfd {
  fileprivate init(fd: CInt) {
    self.init(fd: fd, events: fd < 0 ? 0 : Int16(POLLIN), revents: 0)
  }
}
