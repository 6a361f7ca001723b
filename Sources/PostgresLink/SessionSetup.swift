/// The side of the migration of a session.
package enum SessionSide: Sendable {
  /// Never written, and only read in a read-only snapshot (P1): the session refuses any other statement.
  case source
  case target
  /// A target that is only read.
  case readOnlyTarget
}

/// The settings that every session makes for itself, and proves to be in force: roles on managed
/// servers carry their own.
struct SessionSetup {
  private let settings: [(name: String, value: String)]
  private let verified: [String]

  init(side: SessionSide, serverVersion: Int) {
    let isWritten = side == .target
    var timeouts: [(name: String, value: String)] = [
      ("statement_timeout", "0"),
      // A longer lock comes from outside the migration: the attempt fails, and is tried again.
      ("lock_timeout", "60000"),
      ("idle_session_timeout", "0"),
      ("idle_in_transaction_session_timeout", "0"),
    ]
    if serverVersion >= 170_000 { timeouts.append(("transaction_timeout", "0")) }
    // What the server does about a dead link of ours. A backend that waits in COPY FROM STDIN outlives
    // every other timeout. A source's bytes may lie for long because we rest, or the target is slow: that
    // is no dead link. On a Unix socket they are ignored, hence not verified.
    let links: [(name: String, value: String)] = [
      ("tcp_keepalives_idle", "10"), ("tcp_keepalives_interval", "5"),
      ("tcp_keepalives_count", "3"), ("tcp_user_timeout", isWritten ? "25000" : "0"),
    ]
    let forms: [(name: String, value: String)] = [
      ("search_path", ""), ("standard_conforming_strings", "on"), ("TimeZone", "UTC"),
      ("DateStyle", "ISO, MDY"), ("IntervalStyle", "postgres"), ("bytea_output", "hex"),
      ("extra_float_digits", "1"), ("client_min_messages", "notice"),
      ("default_transaction_read_only", isWritten ? "off" : "on"),
      ("default_transaction_isolation", "read committed"),
      ("default_transaction_deferrable", "off"),
    ]
    settings = timeouts + links + forms
    verified = timeouts.map(\.name) + ["default_transaction_read_only"]
  }

  /// Commits wait for the disk, whatever the settings of role, database or server. A lane that need not
  /// wait changes this later. A stronger setting is kept.
  private static let durability = """
    select pg_catalog.set_config('synchronous_commit', 'on', false)
    where pg_catalog.current_setting('synchronous_commit') = 'off';

    """

  /// One script that makes all settings, then returns the values in force. A setting outlives the transaction
  /// that makes it, a read-only one too.
  var script: String {
    readOnlySnapshot + ";\n"
      + settings.map { "set \($0.name) = \(quoteLiteral($0.value));\n" }.joined()
      + Self.durability
      + "select s.name, s.setting from pg_catalog.pg_settings s where s.name in ("
      + verified.map { quoteLiteral($0) }.joined(separator: ", ") + ");\ncommit"
  }

  /// Throws if the server kept another value.
  func verify(_ rows: [SQLRow]) throws(PostgresError) {
    var inForce: [String: String] = [:]
    for row in rows { inForce[try row.text("name")] = try row.text("setting") }
    for (name, value) in settings where verified.contains(name) {
      guard inForce[name] == value else {
        throw PostgresError(
          kind: .settings,
          message: "the server does not let this session set \(name) to \(value)",
          hint: "Connect directly to the server, with a role that may change its own timeouts.")
      }
    }
  }
}
