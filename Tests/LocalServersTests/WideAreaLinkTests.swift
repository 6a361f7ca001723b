import Foundation
import Testing

@testable import LocalServers

@Suite struct WideAreaLinkTests {
  @Test func `bytes arrive after those before them, at the line's speed, and a delay`() {
    var line = PacedDirection(bytesPerSecond: 1_000, delay: 40_000_000)
    #expect(line.take(500, at: 0) == 540_000_000)
    #expect(line.acceptsFrom == 500_000_000 - PacedDirection.slack)
    #expect(line.take(500, at: 499_000_000) == 1_040_000_000)
    // What nobody sent meanwhile is lost.
    #expect(line.take(1, at: 5_000_000_000) == 5_041_000_000)
  }

  @Test func `a line without a limit delays and nothing else`() {
    var line = PacedDirection(bytesPerSecond: nil, delay: 40)
    #expect(line.take(1 << 30, at: 7) == 47)
    #expect(line.take(1 << 30, at: 7) == 47)
  }

  @Test func `round trips and bytes are counted for each connection`() async throws {
    let cluster = try await TestServers.shared().target
    let chain = RoundTripChain()
    let link = try WideAreaLink(to: cluster, chain: chain)
    try await psql(cluster, over: link, "select 'first'", "select repeat('x', 100000)")
    // TCP, startup, two of SCRAM, two statements.
    #expect(link.counters.roundTrips == 6)
    #expect(link.counters.connections == 1)
    #expect(link.counters.bytesFromServer > 100_000)
    #expect((200..<2_000).contains(link.counters.bytesToServer))
    #expect(chain.length == 6)

    let asked = link.exchanges.filter { $0.text.contains("select 'first'") }
    #expect(asked.count == 1)
    #expect(asked.first?.applicationName == "psql")
    #expect(asked.first?.depth == 4)
    #expect(LinkCounters(asked).roundTrips == 1)

    let other = try WideAreaLink(to: cluster, chain: chain)
    try await psql(cluster, over: other, "select 1")
    #expect(other.counters.roundTrips == 5)
    #expect(chain.length == 11)
  }

  @Test func `every round trip takes its time`() async throws {
    let cluster = try await TestServers.shared().target
    let link = try WideAreaLink(to: cluster, roundTrip: .milliseconds(30))
    let time = try await ContinuousClock().measure {
      try await psql(cluster, over: link, "select 1", "select 2")
    }
    #expect(link.counters.roundTrips == 6)
    #expect(time >= .milliseconds(6 * 30))
  }

  @Test func `bytes take their time, in each direction`() async throws {
    let cluster = try await TestServers.shared().target
    let link = try WideAreaLink(to: cluster, bytesPerSecond: 1_000_000)
    let text = String(repeating: "x", count: 100_000)
    let time = try await ContinuousClock().measure {
      try await psql(cluster, over: link, "select repeat('x', 200000)", "select '\(text)'")
    }
    #expect(link.counters.bytesFromServer > 300_000)
    #expect(link.counters.bytesToServer > 100_000)
    #expect(time >= .milliseconds(400))
  }

  /// One session that asks these one after another.
  private func psql(
    _ cluster: LocalCluster, over link: WideAreaLink, _ statements: String...
  ) async throws {
    let environment = cluster.environment(database: "postgres")
      .merging(["PGPORT": "\(link.port)", "PGSSLMODE": "disable"]) { $1 }
    let output = try await Command(
      arguments: [cluster.installation.program("psql"), "-X", "-q", "-A", "-t"]
        + statements.flatMap { ["-c", $0] },
      environment: environment
    ).run()
    #expect(output.status == 0, "\(output.errors)")
  }
}
