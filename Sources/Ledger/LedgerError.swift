import GRDB

/// Why the ledger could not be opened, read or written, and what to do about it.
///
/// Safe to print: it carries paths and SQLite's own words, never a value from a row.
package struct LedgerError: Error, Hashable, Sendable {
  /// What callers decide by.
  package enum Code: String, CaseIterable, Sendable {
    /// No file there, or a file that a crash left before it got its run.
    case missing
    /// `create` found a run already.
    case hasRun
    /// The file is something else's.
    case foreign
    /// A newer version of this tool wrote it.
    case newer
    /// SQLite finds the file damaged.
    case damaged
    /// SQLite's WAL is unsafe on the file system it lies on.
    case networkFileSystem
    /// Another process holds the ledger's lock.
    case locked
    /// Its file or directory may not be read or written by us.
    case noPermission
    /// The disk is full; nothing of the operation was written.
    case diskFull
    /// The disk failed; nothing of the operation was written.
    case inputOutput
    /// Another program keeps the file locked.
    case busy
    /// The ledger's own rules refuse the change: the job is unknown, or its state forbids it.
    case refusedChange
    /// Anything else that SQLite reports.
    case unexpected
  }

  /// What a failure means for the run.
  package enum Fate: Sendable {
    /// Nothing was begun: exit status 3.
    case refuse
    /// The ledger can no longer be trusted to follow: stop cleanly, exit status 75.
    case stopRun
  }

  package var code: Code
  /// The ledger's file.
  package var path: String
  /// What happened, one sentence.
  package var message: String
  /// What to do next.
  package var hint: String

  package init(_ code: Code, path: String, message: String, hint: String) {
    self.code = code
    self.path = path
    self.message = message
    self.hint = hint
  }

  package var fate: Fate {
    switch code {
    case .missing, .hasRun, .foreign, .newer, .damaged, .networkFileSystem, .locked, .noPermission:
      .refuse
    case .diskFull, .inputOutput, .busy, .refusedChange, .unexpected: .stopRun
    }
  }
}

extension LedgerError: CustomStringConvertible {
  package var description: String { "\(path): \(message) \(hint)" }
}

extension LedgerError {
  /// Translates what GRDB threw while doing `operation` ("mark e/space done").
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
        "Name the right file with --ledger; was it this one, use `resume --rebuild-ledger`."
      )
    case .SQLITE_CORRUPT: (.damaged, rebuildHint)
    case .SQLITE_FULL: (.diskFull, "Make room on that disk, then `resume`.")
    case .SQLITE_IOERR: (.inputOutput, "Look after that disk, then `resume`.")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      (.noPermission, "Give this user the right to read and write the file and its directory.")
    case .SQLITE_BUSY, .SQLITE_LOCKED: (.busy, "Close the program that has it open, then `resume`.")
    case .SQLITE_CONSTRAINT: (.refusedChange, "Run `resume`: the target says what is done.")
    default: (.unexpected, "Run `resume`: the target says what is done.")
    }
  }

  static let rebuildHint =
    "Use `resume --rebuild-ledger`: it is written anew from the target, the old file kept aside."
}
