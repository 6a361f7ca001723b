import PostgresLink

/// The time since a moment.
///
/// A duration means the same to every server, whatever its clock shows. It is too short by no more than the
/// servers' clocks drift apart in that time.
package struct Age: Sendable {
  private let age: Duration
  private let measured: ContinuousClock.Instant

  /// - Parameters:
  ///   - age: as it was at `measured`.
  ///   - measured: a moment no later than the one that `age` refers to.
  package init(_ age: Duration, measured: ContinuousClock.Instant) {
    self.age = age
    self.measured = measured
  }

  /// The age by now, as a statement's parameter.
  package var seconds: SQLValue {
    .text("\((age + (.now - measured)) / .seconds(1))")
  }
}
