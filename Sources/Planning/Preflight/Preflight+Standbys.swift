import Databases
import PostgresLink

extension Preflight {
  /// One check for each source that is a standby.
  func standbyChecks() async throws(PostgresError) -> [PreflightCheck] {
    var checks: [PreflightCheck] = []
    for (name, source) in [("accounts", accounts), ("shard", shard)]
    where source.identity.isInRecovery {
      checks.append(try await standby(source, "\(name) is a standby"))
    }
    return checks
  }

  /// What a standby lacks of its primary would be missing in the target, and nothing else would tell.
  private func standby(
    _ source: PostgresConnection, _ title: String
  ) async throws(PostgresError) -> PreflightCheck {
    let state = try await StandbyState.settled(of: source)
    guard state.isPaused || state.isStreaming else {
      return PreflightCheck(
        title, failed: "\(state)",
        remedy: "Repair its replication. Or, if it holds all that is to be migrated, pin it: "
          + "select pg_wal_replay_pause().")
    }
    guard state.bytesBehind == 0 else {
      return state.isPaused
        ? PreflightCheck(
          title, warning: "\(state)",
          remedy:
            "What came after the pause is not migrated. To migrate it, let replay go on, select "
            + "pg_wal_replay_resume(), stop the old app, and pin it again.")
        : PreflightCheck(
          title, failed: "\(state)",
          remedy:
            "Stop the old app, wait until the standby has replayed its last transaction, then "
            + "pin it: select pg_wal_replay_pause().")
    }
    guard state.isPaused || state.isProtected else {
      return PreflightCheck(
        title, warning: "\(state); replay may cancel long reads",
        remedy: "Pin it: select pg_wal_replay_pause(); or set hot_standby_feedback = on, or "
          + "max_standby_streaming_delay = -1.")
    }
    return PreflightCheck(title, passed: "\(state), pinned")
  }
}

/// What a standby says of its replication.
struct StandbyState: Sendable {
  /// Whether its receiver is connected to the primary.
  var isStreaming: Bool
  /// Whether replay was paused, which only somebody does on purpose.
  var isPaused: Bool
  /// Whether replay cancels no long reads.
  var isProtected: Bool
  /// Bytes that it has received, or knows of, and not replayed.
  var bytesBehind: Int64
  /// Nil where it has replayed no transaction since its start.
  var replayedSecondsAgo: Int64?
  /// The end of what it has received; nil where it has received nothing since its start.
  private var received: String?

  /// How long replay has to reach what was received when the standby was first asked. A primary in use sends
  /// more all the time.
  private static let settlingMax = Duration.seconds(5)

  static func settled(of standby: PostgresConnection) async throws(PostgresError) -> StandbyState {
    let deadline = ContinuousClock.now + settlingMax
    var state = try await StandbyState(of: standby)
    while state.isStreaming, !state.isPaused, state.bytesBehind > 0, ContinuousClock.now < deadline
    {
      try? await Task.sleep(for: .milliseconds(100))
      state = try await StandbyState(of: standby, received: state.received)
    }
    return state
  }

  private init(
    of standby: PostgresConnection, received: String? = nil
  ) async throws(PostgresError) {
    let rows = try await standby.inReadOnlySnapshot { standby throws(PostgresError) in
      try await standby.query(SQL.preflightStandby, [.text(received)])
    }
    guard let row = rows.first else {
      throw PostgresError(kind: .protocolViolation, message: "the standby did not report its state")
    }
    isStreaming = try row.boolean("is_streaming")
    isPaused = try row.boolean("is_paused")
    isProtected = try row.boolean("is_protected")
    bytesBehind = try row.optionalInteger("bytes_behind") ?? 0
    replayedSecondsAgo = try row.optionalInteger("replayed_seconds_ago")
    self.received = row["received"]
  }
}

extension StandbyState: CustomStringConvertible {
  var description: String {
    (isStreaming ? "receives from its primary" : "receives nothing from its primary")
      + ", \(bytesBehind) bytes behind what it received, last transaction replayed "
      + (replayedSecondsAgo.map { "\($0) s ago" } ?? "at an unknown time")
      + (isPaused ? ", replay paused" : "")
      + "; who still writes to the primary cannot be seen from here"
  }
}
