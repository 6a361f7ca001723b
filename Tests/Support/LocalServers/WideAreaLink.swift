import Foundation
import Synchronization

/// A link to a server on this machine that is as long and as narrow as one between continents, and
/// counts what passes.
///
/// All connections share the bandwidth, in turn; each direction has its own. A connection takes one round
/// trip to be made, as TCP's handshake does; slow start, loss and TCP's own headers are left out. One
/// thread carries everything; at 100 Mbit/s it takes a few hundredths of a processor.
package final class WideAreaLink: ServerLink {
  /// Where clients connect to, on 127.0.0.1.
  package let port: Int
  private let carrier: WideAreaCarrier

  /// - Parameters:
  ///   - roundTrip: from a message to the answer of a server that needs no time; zero for a link that only
  ///     counts.
  ///   - bytesPerSecond: in each direction; nil for as fast as the machine is.
  ///   - chain: shared by the links of one run.
  package init(
    to cluster: LocalCluster, roundTrip: Duration = .zero, bytesPerSecond: Int? = nil,
    chain: RoundTripChain = RoundTripChain()
  ) throws {
    let (listener, port) = try listenOnLoopback()
    self.port = port
    carrier = WideAreaCarrier(
      listener: listener, serverPort: cluster.port,
      direction: PacedDirection(
        bytesPerSecond: bytesPerSecond, delay: UInt64(roundTrip / .nanoseconds(1)) / 2),
      chain: chain)
    Thread.detachNewThread { [carrier] in carrier.run() }
  }

  deinit { carrier.stop() }

  /// Every round trip so far, by the time at which it began.
  package var exchanges: [Exchange] { carrier.exchanges.withLock { $0 } }

  /// What has passed so far, over all connections.
  package var counters: LinkCounters { LinkCounters(exchanges) }
}
