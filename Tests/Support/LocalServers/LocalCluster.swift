import Foundation

/// A PostgreSQL cluster on this machine: its own data folder, system identifier and port.
///
/// It listens on 127.0.0.1 alone and demands a password of everyone. The superuser's is random,
/// made with the cluster and kept beside its data, readable by its owner only.
package struct LocalCluster: Sendable {
  /// The superuser that every cluster is made with.
  package static let superuser = "postgres"

  /// `accounts`, `shard`, `target`, or a test's own name.
  package let name: String
  /// Holds `data`, `log`, `port` and `password`.
  package let folder: URL
  package let installation: PostgresInstallation
  /// TCP port on 127.0.0.1; the same over any number of stops and starts of this value.
  package let port: Int
  /// The superuser's password.
  package let password: String

  var data: URL { folder.appending(path: "data") }
  /// What the server writes; worth reading when a start fails.
  package var log: URL { folder.appending(path: "log") }

  /// The cluster in `folder`, made if it is not there yet; not started.
  ///
  /// A cluster whose making was cut short has no `data`, and is made again. A port that somebody
  /// else took while the cluster was down is exchanged for a free one.
  package static func open(
    _ folder: URL, installation: PostgresInstallation, settings: [String: String]
  ) async throws -> LocalCluster {
    let cluster = LocalCluster(
      name: folder.lastPathComponent, folder: folder, installation: installation,
      port: stored(folder, "port").flatMap(Int.init) ?? 0,
      password: stored(folder, "password") ?? "")
    let exists = FileManager.default.fileExists(atPath: cluster.data.path)
    if exists, try await cluster.isRunning || isFree(port: cluster.port) { return cluster }
    let ported = LocalCluster(
      name: cluster.name, folder: folder, installation: installation, port: try freePort(),
      password: exists ? cluster.password : randomPassword())
    if !exists { try await ported.initialize(settings: settings) }
    try store("\(ported.port)", folder, "port")
    return ported
  }

  /// A URI for libpq, password included.
  ///
  /// - Parameter link: what leads to the server; nil for the straight way.
  package func url(
    database: String, role: String = superuser, password: String? = nil,
    through link: (any ServerLink)? = nil
  ) -> String {
    let secret = password ?? (role == Self.superuser ? self.password : nil)
    let user = Self.encode(role) + (secret.map { ":" + Self.encode($0) } ?? "")
    return "postgresql://\(user)@127.0.0.1:\(link?.port ?? port)/\(Self.encode(database))"
  }

  private static func encode(_ text: String) -> String {
    let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
  }

  private static func randomPassword() -> String {
    (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
  }
}

// MARK: Files beside the data

extension LocalCluster {
  static func store(_ text: String, _ folder: URL, _ file: String) throws {
    let path = folder.appending(path: file)
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
    guard
      FileManager.default.createFile(
        atPath: path.path, contents: Data(text.utf8), attributes: attributes)
    else { throw LocalServerError(operation: "writing \(path.path)", reason: "not permitted") }
    try UnprivilegedUser.own(path)
  }

  private static func stored(_ folder: URL, _ file: String) -> String? {
    try? String(contentsOf: folder.appending(path: file), encoding: .utf8)
  }
}
