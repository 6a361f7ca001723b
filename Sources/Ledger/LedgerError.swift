import GRDB

/// The reason why the ledger could not be opened, read or written, and an instruction.
///
/// Safe to print: it holds paths and SQLite's messages, never a row's values.
package struct LedgerError: Error, Hashable, Sendable {
  /// The code by which callers decide.
  package enum Code: String, CaseIterable, Sendable {
    /// There is no file, or a crash left one without a run.
    case missing
    /// `create` found a run already.
    case hasRun
    /// The file belongs to another program.
    case foreign
    /// A newer version of this tool wrote it.
    case newer
    /// SQLite finds the file damaged.
    case damaged
    /// SQLite's WAL is unsafe on the file system it lies on.
    case networkFileSystem
    /// The file has several names, each with a lock of its own.
    case hardLinked
    /// Another process holds the ledger's lock.
    case locked
    /// This user may not read or write the file or its directory.
    case noPermission
    /// The disk is full; nothing of the operation was written.
    case diskFull
    /// The disk failed; nothing of the operation was written.
    case inputOutput
    /// Another program keeps the file locked.
    case busy
    /// The ledger's own rules refuse the change: the job is unknown, or its state does not allow it.
    case refusedChange
    /// Anything else that SQLite reports.
    case unexpected
  }

  /// The consequence of a failure for the run.
  package enum Fate: Sendable {
    /// Nothing was begun: exit status 3.
    case refuse
    /// The ledger can no longer be trusted to follow: stop cleanly, exit status 75.
    case stopRun
  }

  package var code: Code
  /// The ledger's file.
  package var path: String
  /// One sentence about the problem.
  package var message: String
  /// An instruction.
  package var hint: String

  package init(_ code: Code, path: String, message: String, hint: String) {
    self.code = code
    self.path = path
    self.message = message
    self.hint = hint
  }

  package var fate: Fate {
    switch code {
    case .missing, .hasRun, .foreign, .newer, .damaged, .networkFileSystem, .hardLinked, .locked,
      .noPermission:
      .refuse
    case .diskFull, .inputOutput, .busy, .refusedChange, .unexpected: .stopRun
    }
  }
}

extension LedgerError: CustomStringConvertible {
  package var description: String { "\(path): \(message) \(hint)" }
}

extension LedgerError {
  /// Translates an error of GRDB during `operation` ("mark e/space done").
  init(_ error: any Error, path: String, operation: String) {
    if let error = error as? LedgerError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(
        .unexpected, path: path, message: "Could not \(operation): \(type(of: error)).",
        hint: "Run `resume`: the target says what is done.")
      return
    }
    let (code, hint) = Self.meaning(of: error.resultCode)
    self.init(
      code, path: path,
      message: "Could not \(operation): \(error.message ?? "SQLite error \(error.resultCode)").",
      hint: hint)
  }

  private static func meaning(of result: ResultCode) -> (Code, String) {
    switch result {
    case .SQLITE_NOTADB:
      (
        .foreign,
        "Name the right file with --ledger. If it was this one, use `resume --rebuild-ledger`."
      )
    case .SQLITE_CORRUPT: (.damaged, rebuildHint)
    case .SQLITE_FULL: (.diskFull, "Make room on that disk, then `resume`.")
    case .SQLITE_IOERR: (.inputOutput, "Repair that disk, then `resume`.")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      (.noPermission, "Give this user the right to read and write the file and its directory.")
    case .SQLITE_BUSY, .SQLITE_LOCKED: (.busy, "Close the program that has it open, then `resume`.")
    case .SQLITE_CONSTRAINT: (.refusedChange, "Run `resume`: the target says what is done.")
    default: (.unexpected, "Run `resume`: the target says what is done.")
    }
  }

  static let rebuildHint =
    "Use `resume --rebuild-ledger`, which creates it again from the target and keeps the old file."
}
