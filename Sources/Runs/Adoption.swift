import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Scheduling

/// The decisions of a resume about every engine that its ledger, its sources or its target know. Pure: every
/// combination can be tested without a server.
struct Adoption {
  /// The ledger's engines, after it has followed the target.
  let known: [EngineRecord]
  /// The sources' engines: those that take part, and the reasons why the others do not.
  let selection: EngineSelection
  /// Engines whose space was provisioned and whose memories are gone from the target; true if the space was
  /// published.
  let lostSpaces: [String: Bool]
  /// False with `--retry-failed=false`.
  let retriesFailed: Bool

  /// The decision about one engine.
  enum Decision: Hashable {
    /// Its jobs continue.
    case goOn
    /// It failed, and stays so.
    case stayFailed
    /// The run never planned it (I7), or it was skipped before and takes part now.
    case pickUp
    /// The ledger only knows its slug, because the ledger was rebuilt or because the source could not be
    /// read.
    case measure
    /// It is removed from the target and copied again.
    case beginAgain(Reason)
    /// It no longer takes part, and is removed from the target.
    case leaveOut(reason: String)
    /// It does not take part, and never did.
    case skip(EngineSelection.Skipped)
    /// It is published and no longer takes part at the source. The space stays.
    case keepPublished
  }

  enum Reason: Hashable {
    /// A space's indexes depend on the language of its engine.
    case languageChanged(from: String, to: String)
    /// Somebody has dropped the schema of a space that was not published.
    case schemaGone
  }

  /// One decision for each known engine.
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

  /// Published engines whose schema is gone. They are copied again only after a reset.
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
