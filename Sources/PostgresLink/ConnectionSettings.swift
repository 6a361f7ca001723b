import CLibPQ
import Foundation

/// A connection setting: a libpq URI or keyword string, kept as it is and never printed.
///
/// Missing parts come from libpq's own conventions (`PGPASSFILE`, `PGSERVICE`, `PGSSLMODE`, …).
package struct ConnectionSettings: Sendable {
  /// The database's name in messages: `accounts`, `shard`, `target`.
  package let name: String
  let connectionString: String
  private let options: [String: String]
  private var place: ServerPlace?

  /// Parses a libpq URI or keyword string with libpq's own parser. The parser's message is not passed on,
  /// because it quotes the text.
  package init(name: String, connectionString: String) throws(PostgresError) {
    self.name = name
    self.connectionString = connectionString
    guard !connectionString.isEmpty, let parsed = PQconninfoParse(connectionString, nil) else {
      throw PostgresError(
        kind: .settings, message: "the connection setting for \(name) cannot be read",
        hint: "Pass a libpq URI (postgresql://user@host:5432/dbname) or a keyword string "
          + "(host=… dbname=…); special characters in a URI are percent-encoded.")
    }
    defer { PQconninfoFree(parsed) }
    var options: [String: String] = [:]
    var option = parsed
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        options[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    self.options = options
    guard isUnambiguous else {
      throw PostgresError(
        kind: .settings,
        message: "the connection setting for \(name) does not mean what it seems to mean",
        hint:
          "Percent-encode special characters of the password (@ is %40, / is %2F, : is %3A, # is "
          + "%23, ? is %3F), or keep it out of the setting (PGPASSFILE): a part of it seems to have "
          + "become host, port or database.")
    }
  }

  /// Special characters of a password that are not encoded would spill it into error messages.
  private var isUnambiguous: Bool {
    let ports = (options["port"] ?? "").split(separator: ",")
    let isURI = connectionString.hasPrefix("postgres")
    let places = (isURI ? ["host", "dbname"] : ["host"]).compactMap { options[$0] }
    return ports.allSatisfy { UInt16($0) != nil }
      && !places.contains { $0.contains("@") || $0.contains("://") }
  }

  /// Whether the text holds a password, which must not be on a command line.
  package var carriesPassword: Bool {
    ["password", "sslpassword", "oauth_client_secret"].contains { options[$0]?.isEmpty == false }
  }
}

extension ConnectionSettings {
  /// The parameters that every session passes to libpq, overriding the string.
  func overrides(applicationName: String) -> [(keyword: String, value: String)] {
    [
      ("application_name", applicationName),
      ("client_encoding", "UTF8"),
      // A peer that is gone while nothing is under way is found out within 30 s: 10 s of idling, then three
      // probes 5 s apart. There is no limit for bytes that nobody acknowledges: it would also count how
      // long a server at work takes nothing. Silence is told from work by asking the server.
      ("keepalives", "1"),
      ("keepalives_idle", "10"),
      ("keepalives_interval", "5"),
      ("keepalives_count", "3"),
      ("tcp_user_timeout", "0"),
    ]
  }
}

extension ConnectionSettings {
  /// One attempt to connect, to one of the hosts that a string may name.
  struct Host: Sendable {
    /// Parameters that override the string's; empty if it names at most one host.
    var options: [(keyword: String, value: String)] = []
  }

  /// The same login and database at this place alone, whatever hosts and addresses the string names.
  package func at(_ place: ServerPlace) -> ConnectionSettings {
    var settings = self
    settings.place = place
    return settings
  }

  /// The attempts, in their order. What libpq decides by looking at all hosts of a list, it cannot decide for
  /// one host at a time: `prefer-standby` and `load_balance_hosts` are decided here.
  var hosts: [Host] {
    if let place {
      return [
        Host(options: [("host", place.host), ("hostaddr", place.address), ("port", place.port)])
      ]
    }
    let lists = ["host", "hostaddr", "port"].compactMap { keyword -> (String, [String])? in
      options[keyword].map {
        (keyword, $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
      }
    }
    let count = lists.filter { $0.0 != "port" }.map(\.1.count).max() ?? 1
    guard count > 1 else { return [Host()] }
    var hosts = (0..<count).map { index in
      Host(options: lists.map { ($0.0, $0.1.count > index ? $0.1[index] : $0.1[0]) })
    }
    if said("load_balance_hosts", "PGLOADBALANCEHOSTS") == "random" { hosts.shuffle() }
    guard said(Self.attributes, "PGTARGETSESSIONATTRS") == "prefer-standby" else { return hosts }
    return ["standby", "any"].flatMap { wanted in
      hosts.map { Host(options: $0.options + [(Self.attributes, wanted)]) }
    }
  }

  private static let attributes = "target_session_attrs"

  /// What the string says or, as libpq has it, the environment.
  private func said(_ keyword: String, _ variable: String) -> String? {
    options[keyword] ?? ProcessInfo.processInfo.environment[variable]
  }
}

/// One of the servers that a connection string may lead to.
package struct ServerPlace: Sendable, Hashable {
  /// A name, for TLS to prove, or the folder of a Unix socket.
  var host: String
  /// The address that the name had; empty for a Unix socket.
  var address: String
  var port: String
}
