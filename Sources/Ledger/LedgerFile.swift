import Foundation
import GRDB
import Glibc

/// Checks of a ledger's file, and of a connection to it, before they are used.
enum LedgerFile {
  /// "orch", as `ledger-schema.sql` sets it.
  static let applicationID: Int32 = 0x6f72_6368
  static let schemaVersion = 3

  /// `ledger-schema.sql`, whole.
  static var schema: String { String(decoding: PackageResources.ledger_schema_sql, as: UTF8.self) }

  enum Access { case create, write, read }

  /// The kind of a file, by `PRAGMA application_id` and its tables.
  private enum Content { case nothing, ledger(version: Int), foreign }

  static func configuration(path: String, access: Access) -> Configuration {
    var configuration = Configuration()
    configuration.label = "ledger"
    configuration.readonly = access == .read
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { db in
      // Checked before the first pragma that writes, so that another program's file stays as it is.
      try check(db, path: path, access: access)
      if access == .read { return }
      // Here and not by `journalMode`, which would set synchronous to NORMAL.
      try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal",
        try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2,
        try Int.fetchOne(db, sql: "PRAGMA foreign_keys") == 1
      else {
        throw LedgerError(
          .unexpected, path: path, message: "SQLite refuses WAL with synchronous = FULL.",
          hint: "Name a --ledger on a local disk.")
      }
    }
    return configuration
  }

  private static func check(_ db: Database, path: String, access: Access) throws {
    switch (try content(of: db), access) {
    case (.foreign, _):
      throw LedgerError(
        .foreign, path: path, message: "This is not a ledger but another program's database.",
        hint: "Name the right file with --ledger.")
    case (.ledger(let version), _) where version > schemaVersion:
      throw LedgerError(
        .newer, path: path,
        message: "Its schema is version \(version), this tool knows \(schemaVersion).",
        hint: "Use the version of the tool that began the run, or a newer one.")
    case (.ledger, .create):
      throw LedgerError(
        .hasRun, path: path, message: "It has a run already.",
        hint: "Use `resume` to continue it, `reset` to begin again, or name another --ledger.")
    case (.nothing, .create): break
    case (.nothing, _):
      throw LedgerError(
        .missing, path: path, message: "There is a file, but no run in it.",
        hint:
          "If it is a copy, copy the files beside it (-wal), too. If the ledger was lost, use "
          + "`resume --rebuild-ledger`. Otherwise name another --ledger.")
    case (.ledger, _):
      guard try String.fetchAll(db, sql: "PRAGMA quick_check") == ["ok"] else {
        throw LedgerError(
          .damaged, path: path, message: "SQLite finds it damaged.", hint: LedgerError.rebuildHint)
      }
    }
  }

  private static func content(of db: Database) throws -> Content {
    let id = try Int32.fetchOne(db, sql: "PRAGMA application_id")
    if id == applicationID {
      return .ledger(version: try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0)
    }
    // A crash between creating the file and its first transaction leaves it without any table.
    let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
    return id == 0 && isEmpty ? .nothing : .foreign
  }

  static func missing(_ path: String) -> LedgerError {
    LedgerError(
      .missing, path: path, message: "There is no ledger.",
      hint: """
        Begin with `start`, name it with --ledger, or, if it was lost, `resume --rebuild-ledger`.
        """)
  }

  /// Refuses a directory on which SQLite's WAL is unsafe.
  static func refuseNetwork(
    _ path: String, mounts: MountTable = .ofThisProcess()
  ) throws(LedgerError) {
    let place = URL(filePath: LedgerPlace.resolve(path))
    let folder = place.deletingLastPathComponent().resolvingSymlinksInPath().path
    guard let type = mounts.fileSystemType(of: folder), MountTable.isNetwork(type) else { return }
    throw LedgerError(
      .networkFileSystem, path: path,
      message: "It lies on a network file system (\(type)), where SQLite can lose committed data.",
      hint: "Name a --ledger on a local disk.")
  }

  /// Creates an empty file that only its owner may read. SQLite gives `-wal` and `-shm` the same mode.
  static func touch(_ path: String) throws(LedgerError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else {
      throw LedgerError(
        .noPermission, path: path, message: "Cannot create it: \(errnoText()).",
        hint: "Give this user the right to write in that directory, or name another --ledger.")
    }
    close(descriptor)
  }
}
