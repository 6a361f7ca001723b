import Foundation

extension LocalCluster {
  /// A standby of this running cluster in `folder`, not started: a copy that streams what follows.
  func standby(in folder: URL) async throws -> LocalCluster {
    let standby = LocalCluster(
      name: folder.lastPathComponent, folder: folder, installation: installation,
      port: try Self.freePort(), password: password)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try UnprivilegedUser.own(folder)
    let options = [
      "--pgdata=\(standby.data.path)", "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
    ]
    let copied = try await standby.run(
      "pg_basebackup", options, environment: environment(database: "postgres"))
    try succeeded(copied, "making a standby of the cluster \(name)")
    return standby
  }
}
