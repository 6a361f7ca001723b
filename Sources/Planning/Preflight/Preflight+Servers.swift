import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// A server's resources for sessions and builds.
struct ServerFacts: Sendable {
  /// The number of connections that this login can still open, without this session.
  var freeConnections: Int
  /// `LC_CTYPE`.
  var characterType: String
  var sharedMemoryType: String
  /// As the server writes it: `64MB`.
  var maintenanceMemory: String
  var parallelWorkers: String

  init(of server: PostgresConnection) async throws(PostgresError) {
    guard let row = try await server.query(SQL.preflightServer).first else {
      throw PostgresError(
        kind: .protocolViolation, message: "the server did not report its resources")
    }
    freeConnections = Int(try row.integer("free_connections"))
    characterType = try row.text("character_type")
    sharedMemoryType = try row.text("shared_memory_type")
    maintenanceMemory = try row.text("maintenance_memory")
    parallelWorkers = try row.text("parallel_workers")
  }
}

extension Preflight {
  /// Connections, memory, clocks and the network.
  func serverChecks() async throws(PostgresError) -> [PreflightCheck] {
    let lanes = LaneLimits(tuning)
    // A roster may need a copy lane of its own, for ranges that changed at the source.
    let shardSessions = 2 * lanes[.control] + lanes[.copy]
    var checks = [
      try await connections(accounts, "accounts", needed: lanes[.control]),
      try await connections(shard, "shard", needed: shardSessions),
      // One more connection writes the heartbeat.
      try await connections(target, "target", needed: shardSessions + lanes[.build] + 1),
      try await buildMemory(),
    ]
    var readings: [(name: String, reading: NetworkReading)] = []
    for (name, server, side) in [
      ("accounts", accounts, SessionSide.source), ("shard", shard, .source),
      ("target", target, .target),
    ] {
      readings.append((name, try await NetworkProbe(connection: server, side: side).measure()))
    }
    checks.append(clocks(readings))
    return checks + readings.map { network($0.name, $0.reading) }
  }

  private func connections(
    _ server: PostgresConnection, _ name: String, needed: Int
  ) async throws(PostgresError) -> PreflightCheck {
    let title = "\(name) has free connections"
    // The session that asks is closed before a run opens its own.
    let facts = try await server.inReadOnlySnapshot { server throws(PostgresError) in
      try await ServerFacts(of: server)
    }
    let free = facts.freeConnections + 1
    guard free >= needed else {
      return PreflightCheck(
        title, failed: "\(max(0, free)) are free, and the run opens up to \(needed)",
        remedy:
          "Pass fewer --streams, --index-builds or --workers, close other connections, or "
          + "raise max_connections (or the role's or database's CONNECTION LIMIT).")
    }
    return PreflightCheck(title, passed: "\(free), and the run opens up to \(needed)")
  }

  private func buildMemory() async throws(PostgresError) -> PreflightCheck {
    let title = "memory for parallel index builds"
    let facts = try await ServerFacts(of: target)
    let finding =
      "dynamic_shared_memory_type \(facts.sharedMemoryType), maintenance_work_mem "
      + "\(facts.maintenanceMemory), max_parallel_maintenance_workers \(facts.parallelWorkers)"
    guard facts.sharedMemoryType != "mmap" else {
      return PreflightCheck(
        title, warning: finding,
        remedy: "Set dynamic_shared_memory_type = posix: shared memory is kept in files.")
    }
    guard facts.parallelWorkers != "0" else {
      return PreflightCheck(
        title, warning: finding,
        remedy: "Raise max_parallel_maintenance_workers if there are spare processors: builds use "
          + "no workers.")
    }
    return PreflightCheck(
      title, passed: finding + "; a build without enough memory is repeated without workers")
  }

  private static let skewSecondsMax = 5.0

  private func clocks(_ readings: [(name: String, reading: NetworkReading)]) -> PreflightCheck {
    let skews = readings.map(\.reading.clockSkewSeconds) + [0]
    let spread = (skews.max() ?? 0) - (skews.min() ?? 0)
    let finding = readings.map { name, reading in
      "\(name) \(String(format: "%+.3f", reading.clockSkewSeconds)) s"
    }.joined(separator: ", ")
    guard spread <= Self.skewSecondsMax else {
      return PreflightCheck(
        "clocks agree", warning: finding + " against ours",
        remedy: "Set the clocks (NTP): expiry, and the times in logs, depend on them.")
    }
    return PreflightCheck("clocks agree", passed: finding + " against ours")
  }

  private func network(_ name: String, _ reading: NetworkReading) -> PreflightCheck {
    let roundTrip = String(format: "%.1f", reading.roundTripSeconds * 1_000)
    let rate = String(format: "%.1f", reading.bytesPerSecond / 1_000_000)
    return PreflightCheck(
      "network to \(name)", passed: "round trip \(roundTrip) ms, \(rate) MB/s over one session")
  }
}
