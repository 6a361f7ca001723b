import Foundation
import Synchronization

/// A client's message over one connection and the server's answer: a round trip. Counted at the client's
/// end: what it sends before any answer has reached it belongs to one exchange.
package struct Exchange: Sendable {
  /// The connection's number on its link, from 0.
  package let connection: Int
  /// Whether it is its connection's first, for which TCP's own round trip comes before it.
  package let isFirst: Bool
  /// As the client gave it when it connected; empty before that.
  package internal(set) var applicationName: String
  /// The length of the chain of round trips that had ended, on all links that share a ``RoundTripChain``,
  /// when this one began. On a link without delay, sessions that work side by side lengthen it by chance.
  package let depth: Int
  package let asked: Date
  /// When the first byte of the answer arrived; nil before that.
  package internal(set) var answered: Date?
  /// When the last byte so far did, in either direction.
  package internal(set) var lastHeard: Date
  package internal(set) var bytesToServer: Int
  package internal(set) var bytesFromServer = 0
  private var opening: [UInt8] = []

  /// Enough for the fence of a job, which comes first and names it.
  private static let openingBytes = 1_024

  init(connection: Int, isFirst: Bool, applicationName: String, depth: Int, asked: Date) {
    self.connection = connection
    self.isFirst = isFirst
    self.applicationName = applicationName
    self.depth = depth
    self.asked = asked
    lastHeard = asked
    bytesToServer = 0
  }

  /// The beginning of what the client sent, at most 1,024 bytes: protocol messages, statements among them.
  package var text: String { String(decoding: opening, as: UTF8.self) }

  mutating func add(asked bytes: ArraySlice<UInt8>, at time: Date) {
    bytesToServer += bytes.count
    lastHeard = time
    if opening.count < Self.openingBytes {
      opening += bytes.prefix(Self.openingBytes - opening.count)
    }
    if applicationName.isEmpty { applicationName = Self.applicationName(inStartup: opening) ?? "" }
  }

  /// A startup message is its length, the protocol's version 3, and names and values, each ended by a zero.
  private static func applicationName(inStartup message: [UInt8]) -> String? {
    guard message.count > 8, message[4] == 0, message[5] == 3 else { return nil }
    let words = message[8...].split(separator: 0, omittingEmptySubsequences: false)
    guard let name = words.firstIndex(of: Array("application_name".utf8)[...]),
      name + 1 < words.count
    else { return nil }
    return String(decoding: words[name + 1], as: UTF8.self)
  }
}

/// What went over a link, or over some of its connections, in some time.
package struct LinkCounters: Hashable, Sendable {
  package var bytesToServer = 0
  package var bytesFromServer = 0
  /// Connections that were made.
  package var connections = 0
  /// Exchanges that were answered, and the one that TCP needs to make a connection.
  package var roundTrips = 0

  package init(_ exchanges: some Sequence<Exchange>) {
    for exchange in exchanges {
      bytesToServer += exchange.bytesToServer
      bytesFromServer += exchange.bytesFromServer
      connections += exchange.isFirst ? 1 : 0
      roundTrips += (exchange.isFirst ? 1 : 0) + (exchange.answered == nil ? 0 : 1)
    }
  }
}

/// The longest chain of round trips over several links, each begun after an answer of the one before it
/// had arrived: what latency costs, however many of them travel side by side.
package final class RoundTripChain: Sendable {
  private let count = Atomic(0)

  package init() {}

  package var length: Int { count.load(ordering: .acquiring) }

  func reach(_ length: Int) {
    count.max(length, ordering: .acquiringAndReleasing)
  }
}
