import CLibPQ

/// Opens a read-only snapshot. A policy that would hide rows becomes an error (42501). The settings end with
/// the transaction.
package let readOnlySnapshot = """
  begin isolation level repeatable read read only;
  set local row_security = off;
  set local statement_timeout = 0
  """

extension Session {
  /// Refuses whatever would reach a source outside of a read-only transaction, before it is sent.
  func refuseOutsideSnapshot(_ script: String) throws(PostgresError) {
    guard side == .source, PQtransactionStatus(handle) == PQTRANS_IDLE else { return }
    // The last two ask whether it still answers, and end what may have been open.
    guard script.hasPrefix(readOnlySnapshot) || script.isEmpty || script == "rollback" else {
      throw PostgresError(
        kind: .protocolViolation,
        message: "a statement for a source was not in a read-only transaction, and was not sent")
    }
  }
}
