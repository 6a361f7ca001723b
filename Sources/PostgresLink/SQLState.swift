/// A five-character SQLSTATE, as listed in appendix A of PostgreSQL's manual.
package struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  package init(_ rawValue: String) {
    self.rawValue = rawValue
  }

  package var description: String { rawValue }

  /// The class: its first two characters.
  package var category: Substring { rawValue.prefix(2) }

  package static let successfulCompletion = SQLState("00000")
  package static let badCopyFormat = SQLState("22P04")
  package static let exclusionViolation = SQLState("23P01")
  package static let checkViolation = SQLState("23514")
  package static let uniqueViolation = SQLState("23505")
  package static let duplicateSchema = SQLState("42P06")
  package static let undefinedTable = SQLState("42P01")
  package static let invalidSchemaName = SQLState("3F000")
  package static let undefinedObject = SQLState("42704")
  package static let undefinedFunction = SQLState("42883")
  package static let insufficientPrivilege = SQLState("42501")
  package static let invalidPassword = SQLState("28P01")
  package static let diskFull = SQLState("53100")
  package static let outOfMemory = SQLState("53200")
  package static let tooManyConnections = SQLState("53300")
  package static let lockNotAvailable = SQLState("55P03")
  package static let programLimitExceeded = SQLState("54000")
  package static let objectInUse = SQLState("55006")
  package static let serializationFailure = SQLState("40001")
  package static let deadlockDetected = SQLState("40P01")
  package static let queryCanceled = SQLState("57014")
  package static let adminShutdown = SQLState("57P01")
  package static let crashShutdown = SQLState("57P02")
  package static let cannotConnectNow = SQLState("57P03")
  package static let idleSessionTimeout = SQLState("57P05")
  package static let readOnlyTransaction = SQLState("25006")
  package static let idleInTransactionTimeout = SQLState("25P03")
  package static let transactionTimeout = SQLState("25P04")
  package static let undefinedFile = SQLState("58P01")
}
