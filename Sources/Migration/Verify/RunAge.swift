import Foundation
import PostgresLink

/// How long ago the run began.
///
/// A duration, so that it means the same to every server, whatever its clock shows: what lapsed at a
/// source since the run began is asked of that source alone. Never less than the truth by more than the
/// servers' clocks drift apart meanwhile.
struct RunAge: Sendable {
  private let age: Duration
  private let measured: ContinuousClock.Instant

  /// From the target's own word and clock; once `finish` has run, from the ledger's and this machine's.
  init(_ scope: VerifyScope, target: PostgresConnection) async throws(PostgresError) {
    measured = .now
    if try await TargetState(target).hasRun(),
      let row = try await target.query(SQL.verifyRunAge).first,
      let seconds = Double(try row.text("seconds"))
    {
      age = .seconds(seconds)
    } else {
      age = .seconds(max(0, Date().timeIntervalSince(scope.startedAt)))
    }
  }

  /// By now, as a parameter of a statement.
  var seconds: SQLValue {
    .text("\((age + (.now - measured)) / .seconds(1))")
  }
}
