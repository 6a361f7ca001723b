import Foundation
import GRDB

/// The local record of one migration run, which `status` shows and from which `resume` begins.
///
/// It follows the target: after a crash, call `reconcile` before deciding anything from it. Every method
/// throws `LedgerError`. A write is one transaction, which is on the disk when it returns. It runs to its
/// end even in a cancelled task, so that a shutdown can still be recorded.
package final class Ledger: Sendable {
  /// The SQLite file; `-wal` and `-shm` lie beside it while it is open, and after a crash.
  package let path: String
  private let queue: DatabaseQueue
  private let now: @Sendable () -> Date

  /// `file` is the opened file, which may be a copy. Errors name `path`.
  private init(
    path: String, file: String? = nil, access: LedgerFile.Access,
    now: @escaping @Sendable () -> Date
  ) throws(LedgerError) {
    self.path = path
    self.now = now
    do {
      queue = try DatabaseQueue(
        path: file ?? path, configuration: LedgerFile.configuration(path: path, access: access))
    } catch {
      throw LedgerError(error, path: path, operation: "open the ledger")
    }
  }

  /// Creates the ledger of a new run, readable only by its owner.
  ///
  /// Throws `.hasRun` if there is a run already. A crash leaves either no run, and `create` may be
  /// repeated, or all of it.
  package static func create(
    _ lock: LedgerLock, run: NewRun, now: @escaping @Sendable () -> Date = { Date() }
  ) throws(LedgerError) -> Ledger {
    let path = lock.path
    try LedgerFile.refuseNetwork(path)
    try LedgerFile.touch(path)
    let ledger = try Ledger(path: path, access: .create, now: now)
    do {
      try ledger.queue.write { db in try db.createLedger(of: run, at: now()) }
    } catch {
      throw LedgerError(error, path: path, operation: "create the ledger")
    }
    return ledger
  }

  /// Opens the ledger of a run to continue it.
  package static func open(
    _ lock: LedgerLock, now: @escaping @Sendable () -> Date = { Date() }
  ) throws(LedgerError) -> Ledger {
    let path = lock.path
    guard FileManager.default.fileExists(atPath: path) else { throw LedgerFile.missing(path) }
    try LedgerFile.refuseNetwork(path)
    let ledger = try Ledger(path: path, access: .write, now: now)
    do {
      try LedgerUpgrade.run(on: ledger.queue)
    } catch {
      throw LedgerError(error, path: path, operation: "bring the ledger up to date")
    }
    return ledger
  }

  /// Opens it for reading, during a run or after a crash. Takes no lock and changes nothing.
  ///
  /// If SQLite cannot create its `-shm` beside the file (on a read-only disk), or if an earlier release wrote
  /// the ledger, a private copy is read.
  package static func openReadOnly(
    at path: String, now: @escaping @Sendable () -> Date = { Date() }
  ) throws(LedgerError) -> Ledger {
    let path = LedgerPlace.resolve(path)
    guard FileManager.default.fileExists(atPath: path) else { throw LedgerFile.missing(path) }
    try LedgerFile.refuseNetwork(path)
    do throws(LedgerError) {
      let ledger = try Ledger(path: path, access: .read, now: now)
      guard try ledger.isOutdated() else { return ledger }
      try ledger.close()
      return try openCopy(of: path, now: now)
    } catch {
      guard error.code == .noPermission else { throw error }
      return try openCopy(of: path, now: now)
    }
  }

  /// Opens a copy of the present state. The copy is removed from its folder as soon as it is open.
  static func openCopy(
    of path: String, now: @escaping @Sendable () -> Date
  ) throws(LedgerError) -> Ledger {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)")
    let copy = folder.appending(path: "copy").path
    defer { try? files.removeItem(at: folder) }
    do {
      try files.createDirectory(
        at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      for suffix in ["", "-wal"] where files.fileExists(atPath: path + suffix) {
        try files.copyItem(atPath: path + suffix, toPath: copy + suffix)
      }
    } catch {
      throw LedgerError(
        .noPermission, path: path,
        message: "It can neither be read in its place nor copied to \(folder.path).",
        hint: "Give this user the right to read it.")
    }
    do {
      let latest = try Ledger(path: path, file: copy, access: .write, now: now)
      do { try LedgerUpgrade.run(on: latest.queue) } catch {
        throw LedgerError(error, path: path, operation: "bring a copy of the ledger up to date")
      }
      try latest.close()
    }
    return try Ledger(path: path, file: copy, access: .read, now: now)
  }

  /// Whether an earlier release wrote it.
  private func isOutdated() throws(LedgerError) -> Bool {
    do {
      return try queue.read(LedgerUpgrade.isDue)
    } catch {
      throw LedgerError(error, path: path, operation: "read the ledger's version")
    }
  }

  /// Moves everything written so far into the main file, so that a copy of that file alone is a ledger, which
  /// `resume` brings up to date. A concurrent reader keeps the rest in `-wal`.
  package func checkpoint() async throws(LedgerError) {
    let queue = queue
    try await fresh("move its log into the file") {
      try await queue.writeWithoutTransaction { db in _ = try db.checkpoint() }
    }
  }

  /// Renames a ledger, with SQLite's files beside it, so that a new one can take its place. Returns the
  /// new path; nil if there is no ledger.
  package static func setAside(
    _ lock: LedgerLock, at time: Date = Date()
  ) throws(LedgerError) -> String? {
    let path = lock.path
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let aside = "\(path)-aside-\(time.microseconds)"
    do {
      // The main file goes last: until then a crash leaves a ledger to set aside.
      for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: path + suffix)
      {
        try FileManager.default.moveItem(atPath: path + suffix, toPath: aside + suffix)
      }
    } catch {
      throw LedgerError(
        .noPermission, path: path, message: "Could not rename it to \(aside).",
        hint: "Give this user the right to write in that directory.")
    }
    return aside
  }

  /// Removes the ledger of a run that never began: nothing was written outside of it.
  package func discard() {
    // What cannot be removed is refused by the next start, which names it.
    try? close()
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  /// Closes the file once every call has returned; later calls throw.
  package func close() throws(LedgerError) {
    do {
      try queue.close()
    } catch {
      throw LedgerError(error, path: path, operation: "close the ledger")
    }
  }

  /// Runs one transaction. GRDB writes nothing in a cancelled task, so this uses a new one.
  func write<T: Sendable>(
    _ operation: String, _ updates: @escaping @Sendable (Database, Date) throws -> T
  ) async throws(LedgerError) -> T {
    let (queue, time) = (queue, now())
    return try await fresh(operation) { try await queue.write { db in try updates(db, time) } }
  }

  /// One consistent view of the whole file.
  func read<T: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (Database, Date) throws -> T
  ) async throws(LedgerError) -> T {
    let (queue, time) = (queue, now())
    return try await fresh(operation) { try await queue.read { db in try body(db, time) } }
  }

  private func fresh<T: Sendable>(
    _ operation: String, _ body: @escaping @Sendable () async throws -> T
  ) async throws(LedgerError) -> T {
    do {
      return try await Task { try await body() }.value
    } catch {
      throw LedgerError(error, path: path, operation: operation)
    }
  }
}

extension Database {
  /// Executes one prepared, cached statement.
  func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }

  fileprivate func createLedger(of run: NewRun, at time: Date) throws {
    try execute(sql: LedgerFile.schema)
    try self.run(
      """
      INSERT INTO run (run_id, tool_version, pack_hash, result_settings_json, tuning_settings_json,
        created_at, seen_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        run.id.text, run.toolVersion, run.packHash, run.resultSettings, run.tuningSettings,
        time.microseconds, time.microseconds,
      ])
    try append(.created, at: time)
  }
}
