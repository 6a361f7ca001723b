import Ledger
import PostgresLink
import Testing

@testable import Runs

/// Once a run has begun, trouble is an interruption: a script may resume.
@Suite struct RunErrorTests {
  @Test(arguments: [PostgresError.Kind.connect, .connectionLost, .interrupted])
  func `a server that is away is one`(kind: PostgresError.Kind) {
    let error = RunError.interruption(PostgresError(kind: kind, message: "m"))
    #expect((error as? RunError)?.kind == .interrupted)
    #expect((error as? RunError)?.hint != nil)
  }

  @Test(arguments: LedgerError.Code.allCases)
  func `a ledger that cannot be written any more is one`(code: LedgerError.Code) {
    let error = RunError.interruption(
      LedgerError(code, path: "p", message: "m", hint: "h"))
    #expect((error as? RunError)?.kind == .interrupted)
  }

  @Test func `a refusal stays a refusal`() {
    #expect(
      (RunError.interruption(RunError(.refused, "m")) as? RunError)?.kind == .refused)
    let denied = PostgresError(kind: .server, code: .insufficientPrivilege, message: "m")
    #expect(RunError.interruption(denied) is PostgresError)
  }
}
