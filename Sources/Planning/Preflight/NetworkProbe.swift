import Databases
import Foundation
import JobModel
import OldModel
import PostgresLink
import RunRecord

/// The distance to a server, measured over one session.
package struct NetworkReading: Hashable, Sendable {
  /// The time of the fastest of a few round trips.
  package var roundTripSeconds: Double
  /// The server's clock minus ours, accurate to half a round trip.
  package var clockSkewSeconds: Double
  /// The rate of one session, in the direction in which rows flow.
  package var bytesPerSecond: Double
}

/// Measures a server: a few round trips, then up to 4 MiB or about half a second.
struct NetworkProbe {
  let connection: PostgresConnection
  /// The direction in which rows flow.
  let side: SessionSide

  private static let pieceBytes = 64 << 10
  private static let piecesMax = 64

  func measure() async throws(PostgresError) -> NetworkReading {
    try await connection.inReadOnlySnapshot { _ throws(PostgresError) in
      try await measureWithin()
    }
  }

  /// Runs in a read-only transaction, like every statement on a source.
  private func measureWithin() async throws(PostgresError) -> NetworkReading {
    var reading = NetworkReading(
      roundTripSeconds: .infinity, clockSkewSeconds: 0, bytesPerSecond: 0)
    for _ in 0..<5 {
      let before = Date()
      let rows = try await connection.query(
        "select extract(epoch from pg_catalog.clock_timestamp()) as time")
      let seconds = Date().timeIntervalSince(before)
      guard seconds < reading.roundTripSeconds else { continue }
      reading.roundTripSeconds = seconds
      let theirs = Double(try rows.first?.text("time") ?? "") ?? 0
      reading.clockSkewSeconds = theirs - before.timeIntervalSince1970 - seconds / 2
    }
    let first = try await rate(pieces: 1, roundTrip: reading.roundTripSeconds)
    let pieces = Int(min(Double(Self.piecesMax), max(1, first / 2 / Double(Self.pieceBytes))))
    reading.bytesPerSecond = try await rate(pieces: pieces, roundTrip: reading.roundTripSeconds)
    return reading
  }

  private func rate(pieces: Int, roundTrip: Double) async throws(PostgresError) -> Double {
    let start = ContinuousClock.now
    switch side {
    case .source, .readOnlyTarget:
      try await connection.query(
        "select pg_catalog.repeat('0123456789abcdef', $2::integer / 16) "
          + "from pg_catalog.generate_series(1, $1::integer)",
        [.integer(Int64(pieces)), .integer(Int64(Self.pieceBytes))])
    case .target:
      let text = String(repeating: "0123456789abcdef", count: pieces * Self.pieceBytes / 16)
      try await connection.query("select octet_length($1::text)", [.text(text)])
    }
    let seconds = start.duration(to: .now) / .seconds(1)
    return Double(pieces * Self.pieceBytes) / max(seconds - roundTrip, seconds / 10)
  }
}
