import PostgresLink

/// The target's server answered the rows of a range with an error. The lane's sessions can still be used,
/// and nothing of the attempt is left.
struct RowRefusal: Error {
  var error: PostgresError

  /// Whether it is what one row holds that the target refuses (M4): a data exception (class 22), or an
  /// integrity constraint (class 23) that names no other table than the memories.
  ///
  /// Not a row's matter are rows that conflict with each other or with one that is there already, a stream
  /// that the server cannot read, and what the server's own triggers do to other tables.
  func isAboutRow(of schema: String) -> Bool {
    guard error.kind == .server, let code = error.code else { return false }
    switch code.category {
    case "22": return code != .badCopyFormat
    case "23":
      let namesOther = error.table.map { $0 != "memory" || error.schema != schema } ?? false
      return !namesOther && code != .uniqueViolation && code != .exclusionViolation
    default: return false
    }
  }

  /// The constraint, or the SQLSTATE where the server names none.
  var constraint: String { error.constraint ?? error.code?.rawValue ?? "" }
}
