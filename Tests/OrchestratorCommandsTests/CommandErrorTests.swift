import JobModel
import Ledger
import PostgresLink
import RunRecord
import Testing

@testable import Mapping
@testable import OrchestratorCommands

/// Not the one of Swift Testing.
typealias Status = OrchestratorCommands.ExitStatus

/// Which error ends the process with which status: what a script around it decides by.
@Suite struct CommandErrorTests {
  private func status(_ error: any Error, hasRun: Bool = false) -> Status {
    CommandError(error, hasRun: hasRun).status
  }

  private func postgres(_ kind: PostgresError.Kind, _ code: String? = nil) -> PostgresError {
    PostgresError(kind: kind, code: code.flatMap(SQLState.init(rawValue:)), message: "m")
  }

  @Test(arguments: [nil, "57P03", "53300"])
  func `a server that cannot be reached now may be there at the next attempt`(code: String?) {
    let before = CommandError(postgres(.connect, code), hasRun: false)
    #expect(before.status == .interrupted)
    #expect(before.hint?.hasPrefix("Nothing was begun.") == true)
    let during = CommandError(postgres(.connect, code), hasRun: true)
    #expect(during.status == .interrupted && during.hint?.contains("resume") == true)
  }

  @Test(arguments: ["28P01", "28000", "3D000"], [false, true])
  func `a login that is refused, or no such database, is a setting`(code: String, hasRun: Bool) {
    let error = CommandError(postgres(.connect, code), hasRun: hasRun)
    #expect(error.status == .usage)
    #expect(error.hint?.contains("password") == true)
  }

  @Test(arguments: [false, true])
  func `what a server says otherwise`(hasRun: Bool) {
    #expect(status(postgres(.settings), hasRun: hasRun) == .usage)
    #expect(status(postgres(.interrupted), hasRun: hasRun) == .interrupted)
    #expect(status(postgres(.connectionLost), hasRun: hasRun) == .interrupted)
    #expect(status(postgres(.server, "42501"), hasRun: hasRun) == .refused)
    #expect(status(postgres(.server, "57P01"), hasRun: hasRun) == .interrupted)
    #expect(status(postgres(.protocolViolation), hasRun: hasRun) == .refused)
  }

  @Test(arguments: LedgerError.Code.allCases)
  func `of the ledger`(code: LedgerError.Code) {
    let expected: Status =
      switch code {
      case .missing: .usage
      case .hasRun, .foreign, .newer, .damaged, .networkFileSystem, .hardLinked, .locked,
        .noPermission:
        .refused
      case .diskFull, .inputOutput, .busy, .refusedChange, .unexpected: .interrupted
      }
    #expect(status(LedgerError(code, path: "p", message: "m", hint: "h")) == expected)
  }

  @Test(arguments: [
    (JobFailure.Fate.fenced, Status.refused), (.failEngine, .refused), (.drifted, .refused),
    (.retry, .interrupted), (.reconcile, .interrupted), (.stopRun, .interrupted),
    (.interrupted, .interrupted),
  ])
  func `of a job's rules before jobs run`(fate: JobFailure.Fate, expected: Status) {
    #expect(status(JobFailure(fate: fate, message: "m")) == expected)
  }

  @Test func others() {
    #expect(status(CommandError(.failed, "m")) == .failed)
    #expect(status(MappingError(engine: nil, refusals: [])) == .refused)
    #expect(status(TargetClaim.Refusal.claimedMeanwhile) == .refused)
    #expect(status(TargetClaim.Refusal.leftoverSessions(["1"])) == .refused)
    #expect(status(TargetClaim.Refusal.takeover(.refuseFinishing)) == .refused)
    #expect(status(CancellationError()) == .interrupted)
    struct Unknown: Error {}
    #expect(status(Unknown()) == .refused)
    #expect(status(Unknown(), hasRun: true) == .interrupted)
  }

  @Test func `every command that needs the ledger names it`() {
    let hint = "Go on: orchestrator resume, or `status --engine x`; orchestrator start anew."
    #expect(
      NextStep.naming(" --ledger a", in: hint)
        == "Go on: orchestrator resume --ledger a, or `status --ledger a --engine x`; "
        + "orchestrator start anew.")
    #expect(
      NextStep.naming(" --ledger a", in: "orchestrator status --ledger a --all")
        == "orchestrator status --ledger a --all")
    #expect(NextStep.naming("", in: hint) == hint)
  }
}
