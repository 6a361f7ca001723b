import Foundation
import Synchronization

/// A link to a server on this machine that breaks, or becomes slow, when it is told to.
///
/// It listens on a port of its own and passes bytes on in both directions, unread but for the faults that
/// wait to strike. A fault ends its connection with a reset on both sides, as a lost network does.
package final class FaultyLink: ServerLink {
  /// What is to go wrong, each once.
  package enum Fault: Sendable {
    /// The first connection over which the server has sent this many bytes is cut in the middle of them.
    case cut(afterBytesFromServer: Int)
    /// The first connection over which a client sends this text is cut once the server has answered, and
    /// the answer is lost: what was asked has been done, and nobody was told.
    case loseAnswer(to: String)
  }

  /// Where clients connect to, on 127.0.0.1.
  package let port: Int
  private let listener: CInt
  private let serverPort: Atomic<Int>
  private let waiting = Mutex<[Fault]>([])
  /// Faults that are still to be armed, each with the text that arms them.
  private let later = Mutex<[(text: Data, faults: [Fault])]>([])
  /// Connections so far; each has its number.
  private let count = Atomic(0)
  private let silentBelow = Atomic(0)
  private let open = Mutex<[WeakWire]>([])
  private let swallowed = Atomic(false)

  /// A link without faults.
  package init(to cluster: LocalCluster) throws {
    serverPort = Atomic(cluster.port)
    (listener, port) = try listenOnLoopback()
    Thread.detachNewThread { [listener, weak self] in
      while case let client = accept(listener, nil, nil), client >= 0 {
        guard let self else { return _ = close(client) }
        self.carry(client)
      }
    }
  }

  deinit {
    for wire in wires { wire.valve.breakDown() }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// What is to go wrong from now on.
  package func arm(_ faults: [Fault]) {
    waiting.withLock { $0 += faults }
  }

  /// What is to go wrong from when a client first sends this text.
  package func arm(_ faults: [Fault], onceAsked text: String) {
    later.withLock { $0.append((Data(text.utf8), faults)) }
  }

  /// From now on nothing passes in either direction over the connections that are there; they stay open.
  /// Later ones are as good as new, or, with `forGood`, as silent.
  package func fallSilent(forGood: Bool = false) {
    silentBelow.store(forGood ? Int.max : count.load(ordering: .acquiring), ordering: .releasing)
  }

  /// Leads later connections to another server, as what balances load among several does.
  package func lead(to cluster: LocalCluster) {
    serverPort.store(cluster.port, ordering: .releasing)
  }

  /// Resets every connection that is there, at once.
  package func cutAll() {
    for wire in wires { wire.cut() }
  }

  /// From now on the bytes of the clients that are there are taken at once, as a tunnel with large buffers
  /// does, and go on only as `forward` lets them. The servers' bytes, and later connections, pass as before.
  package func holdBack() { for wire in wires { wire.valve.shut() } }

  /// Lets this many of the bytes that each client has sent, or will, go on.
  package func forward(_ bytes: Int) { for wire in wires { wire.valve.admit(bytes) } }

  /// Ends `holdBack`.
  package func forwardAll() { for wire in wires { wire.valve.open() } }

  /// Bytes that are held back.
  package var held: Int { wires.reduce(0) { $0 + $1.valve.held } }

  /// Whether a client has sent anything since the link fell silent.
  package var isBeingWaitedFor: Bool { swallowed.load(ordering: .acquiring) }

  /// Faults that have not struck yet.
  package var faultsLeft: Int {
    waiting.withLock { $0.count } + later.withLock { $0.reduce(0) { $0 + $1.faults.count } }
  }

  private var wires: [Wire] { open.withLock { $0.compactMap(\.wire) } }

  private func carry(_ client: CInt) {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let number = count.add(1, ordering: .acquiringAndReleasing).oldValue
    let wire = Wire(number: number, client: client, server: server)
    open.withLock { $0.append(WeakWire(wire: wire)) }
    guard withLoopback(serverPort.load(ordering: .acquiring), { connect(server, $0, $1) }) == 0
    else { return wire.cut() }
    let valve = wire.valve
    Thread.detachNewThread { [weak self] in
      wire.read(from: client) { bytes, _ in
        if self?.heardFromClient(Data(bytes), wire) ?? false { valve.put(bytes) }
        return true
      }
      valve.end()
    }
    Thread.detachNewThread {
      while let bytes = valve.take(), wire.write(bytes[...], to: server) {}
      valve.breakDown()
      shutdown(server, Int32(SHUT_WR))
    }
    Thread.detachNewThread { [weak self] in
      wire.read(from: server) { bytes, sum in
        guard self?.heardFromServer(sum, wire) ?? false else { return true }
        return wire.write(bytes, to: client)
      }
      // A silent link does not tell that the server has gone, either.
      if self?.isSilent(wire) != true { shutdown(client, Int32(SHUT_WR)) }
    }
  }

  private func isSilent(_ wire: Wire) -> Bool {
    wire.number < silentBelow.load(ordering: .acquiring)
  }

  private func heardFromClient(_ bytes: Data, _ wire: Wire) -> Bool {
    guard !isSilent(wire) else {
      swallowed.store(true, ordering: .releasing)
      return false
    }
    armFaults(askedFor: bytes)
    let isMet = strikes { fault in
      if case .loseAnswer(let text) = fault {
        bytes.range(of: Data(text.utf8)) != nil
      } else {
        false
      }
    }
    if isMet { wire.losesAnswer.store(true, ordering: .releasing) }
    return true
  }

  private func heardFromServer(_ count: Int, _ wire: Wire) -> Bool {
    guard !isSilent(wire) else { return false }
    let isMet = strikes { fault in
      if case .cut(let bytes) = fault { count >= bytes } else { false }
    }
    if isMet || wire.losesAnswer.load(ordering: .acquiring) { wire.cut() }
    return true
  }

  private func armFaults(askedFor bytes: Data) {
    let due = later.withLock { later in
      let due = later.filter { bytes.range(of: $0.text) != nil }
      later.removeAll { bytes.range(of: $0.text) != nil }
      return due
    }
    arm(due.flatMap(\.faults))
  }

  /// Takes the first fault that `isMet`.
  private func strikes(_ isMet: (Fault) -> Bool) -> Bool {
    waiting.withLock { faults in
      guard let index = faults.firstIndex(where: isMet) else { return false }
      faults.remove(at: index)
      return true
    }
  }
}

private struct WeakWire: Sendable {
  weak let wire: Wire?
}

/// One connection that is passed on; its sockets are closed when nobody reads them any more.
private final class Wire: Sendable {
  let losesAnswer = Atomic(false)
  private let isCut = Atomic(false)
  private let ends: [CInt]
  /// What the client has sent.
  let valve = Valve()

  let number: Int

  init(number: Int, client: CInt, server: CInt) {
    self.number = number
    ends = [client, server]
  }

  deinit { for end in ends { close(end) } }

  /// Resets both sides.
  func cut() {
    isCut.store(true, ordering: .releasing)
    for end in ends {
      var reset = linger(l_onoff: 1, l_linger: 0)
      setsockopt(end, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
      shutdown(end, Int32(SHUT_RDWR))
    }
  }

  /// Reads until the other side ends or `heard`, which sees each piece and the sum so far, says no.
  func read(from source: CInt, heard: (_ piece: ArraySlice<UInt8>, _ sum: Int) -> Bool) {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    var sum = 0
    while case let count = Glibc.read(source, &buffer, buffer.count), count > 0 {
      sum += count
      guard heard(buffer[..<count], sum) else { break }
    }
  }

  /// False where the connection is cut or has ended.
  func write(_ bytes: ArraySlice<UInt8>, to sink: CInt) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      guard !isCut.load(ordering: .acquiring) else { return false }
      let count = rest.withUnsafeBytes {
        send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
