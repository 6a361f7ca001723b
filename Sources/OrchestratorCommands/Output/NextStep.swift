import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import Verification

/// What the operator does next; said at the end, where the eye is.
enum NextStep {
  static func lines(_ report: StatusReport, _ options: StatusReport.TextOptions) -> [StyledLine] {
    sentences(report, ledger: options.ledgerArgument).flatMap { sentence in
      StyledLine.wrapped(sentence, .strong, columns: options.columns, indent: 0)
    }
  }

  /// `ledger` is added to every command named.
  static func sentences(_ report: StatusReport, ledger: String) -> [String] {
    let failed = report.engines.filter { [.failed, .drifted].contains($0.engine.state) }
    let slugs = failed.map(\.engine.slug)
    if report.process != nil { return whileAtWork(slugs, ledger) }
    let resume = "orchestrator resume" + ledger
    switch report.snapshot.run.state {
    case .planning, .running:
      return ["Its process ended without a word. Next: \(resume)"]
    case .interrupted where report.isAhead:
      return ["Next: \(resume), which follows the sources, or orchestrator cutover\(ledger)"]
    case .interrupted:
      return ["Next: \(resume)"]
    case .failed:
      return failure(slugs, resume: resume, ledger)
    case .complete:
      return [
        "Every job is done. Next: orchestrator verify --deep\(ledger)"
      ]
    case .finishing:
      return ["It was being sealed when its process ended. Next: orchestrator finish\(ledger)"]
    case .finished:
      return ["Finished and sealed."]
    }
  }

  private static func whileAtWork(_ slugs: [String], _ ledger: String) -> [String] {
    guard let first = slugs.first else { return [] }
    return [
      "The others go on without \(Figures.list(slugs, max: 5)). Details: "
        + "orchestrator status\(ledger) --engine \(first)"
    ]
  }

  private static func failure(_ slugs: [String], resume: String, _ ledger: String) -> [String] {
    guard let first = slugs.first else { return ["Repair what is said above, then: \(resume)"] }
    return [
      "Repair what is said above of \(Figures.list(slugs, max: 5)), then: \(resume)",
      "Details: orchestrator status\(ledger) --engine \(first)",
    ]
  }

  /// Adds `ledger` to every command in `text` that would not find it otherwise: for what is said where
  /// nobody knows how the command was called. A run that is to begin names a ledger of its own.
  static func naming(_ ledger: String, in text: String) -> String {
    let command = /(?:orchestrator |`)(?:resume|status|verify|reset|finish)\b(?! --ledger)/
    return text.replacing(command) { "\($0.output)\(ledger)" }
  }
}
