import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Scheduling

/// What a resume does with every engine that its ledger, its sources or its target know. Pure: decided from
/// what was read, so that every combination can be tested without a server.
struct Adoption {
  /// The ledger's engines, after it has followed the target.
  let known: [EngineRecord]
  /// The sources' engines: which of them take part, and why the others do not.
  let selection: EngineSelection
  /// Engines whose space was provisioned and whose memories are gone from the target; true where it was
  /// published.
  let lostSpaces: [String: Bool]
  /// False with `--retry-failed=false`.
  let retriesFailed: Bool

  /// What is done with one engine.
  enum Decision: Hashable {
    /// Its jobs go on where they are.
    case goOn
    /// It failed, and is left so.
    case stayFailed
    /// The run never planned it (I7), or it was skipped before and takes part now.
    case pickUp
    /// The ledger knows no more than its slug, because it was rebuilt or because the source could not be
    /// read.
    case measure
    /// What was copied goes from the target, and it is copied again.
    case beginAgain(Reason)
    /// It no longer takes part: what was copied goes from the target.
    case leaveOut(reason: String)
    /// It does not take part, for the reason given, and never did.
    case skip(EngineSelection.Skipped)
    /// It is published and no longer takes part at the source: what was published stays.
    case keepPublished
  }

  enum Reason: Hashable {
    /// Indexes of a space are made for the language that its engine had.
    case languageChanged(from: String, to: String)
    /// Somebody has dropped the schema of a space that was not published.
    case schemaGone
  }

  /// One decision for each engine that anybody knows.
  var decisions: [String: Decision] {
    var decisions: [String: Decision] = [:]
    let records = Dictionary(uniqueKeysWithValues: known.map { ($0.slug, $0) })
    for engine in selection.chosen {
      decisions[engine.slug] = decide(engine, records[engine.slug])
    }
    for skipped in selection.skipped where records[skipped.slug] == nil {
      decisions[skipped.slug] = .skip(skipped)
    }
    let reasons = Dictionary(selection.skipped.map { ($0.slug, $0) }) { first, _ in first }
    for record in known where decisions[record.slug] == nil {
      decisions[record.slug] = decideVanished(record, reasons[record.slug])
    }
    return decisions
  }

  /// Engines that are published and whose schema is gone: nobody copies them again unasked.
  var lostPublications: [String] { lostSpaces.filter(\.value).keys.sorted() }

  private func decide(_ engine: OldEngine, _ record: EngineRecord?) -> Decision {
    guard let record, record.state != .skipped else { return .pickUp }
    let isMeasured = (record.dimensions ?? 0) > 0
    if record.state == .done { return isMeasured ? .goOn : .measure }
    if !retriesFailed, record.state == .failed || record.state == .drifted { return .stayFailed }
    if lostSpaces[engine.slug] == false { return .beginAgain(.schemaGone) }
    if let language = record.language, language != engine.language {
      return .beginAgain(.languageChanged(from: language, to: engine.language))
    }
    return isMeasured ? .goOn : .measure
  }

  private func decideVanished(
    _ record: EngineRecord, _ skipped: EngineSelection.Skipped?
  ) -> Decision {
    switch record.state {
    case .done: .keepPublished
    case .skipped: .goOn
    case .pending, .running, .failed, .drifted:
      .leaveOut(reason: skipped?.explanation ?? "it is no longer in the source")
    }
  }
}

extension EngineSelection.Skipped {
  /// The rule and the reason, as the ledger keeps them.
  var explanation: String { "\(reason.rule.rawValue): \(reason.message)" }
}
