/// A local server that could not be made, started or told something: what failed and the way out.
package struct LocalServerError: Error, Sendable, CustomStringConvertible {
  /// What was being done, with the cluster's name.
  package let operation: String
  /// What the program that did it wrote, or what was found missing.
  package let reason: String

  package init(operation: String, reason: String) {
    self.operation = operation
    self.reason = reason
  }

  package var description: String { "\(operation): \(reason)" }
}
