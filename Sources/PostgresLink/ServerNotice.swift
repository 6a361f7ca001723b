/// A notice or warning of the server.
package struct ServerNotice: Hashable, Sendable {
  package var code: SQLState
  package var message: String
  package var detail: String?

  package init(code: SQLState, message: String, detail: String? = nil) {
    self.code = code
    self.message = message
    self.detail = detail
  }

  /// Whether it only says what the server does: it has no code of a condition, and no more to say.
  package var isInformational: Bool { code == .successfulCompletion && detail == nil }
}
