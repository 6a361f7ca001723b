import Foundation
import JobModel
import Ledger
import Testing

@testable import Mapping
@testable import Runs

/// What a resume does with each engine: one case a line, and properties over every combination.
@Suite struct AdoptionTests {
  private static let slug = "aaaaaaaaaaaa"

  private func engine(language: String = "english", status: String = "active") -> OldEngine {
    OldEngine(
      id: UUID(), orgID: UUID(), slug: Self.slug, name: "Memory", status: status,
      language: language)
  }

  private func record(
    _ state: EngineState, language: String? = "english", dimensions: Int? = 8
  ) -> EngineRecord {
    EngineRecord(
      slug: Self.slug, id: UUID(), name: "Memory", language: language, dimensions: dimensions,
      state: state,
      reason: [.failed, .drifted, .skipped].contains(state) ? "for a reason" : nil)
  }

  private func decide(
    _ record: EngineRecord?, source: OldEngine?, hasSchema: Bool = true, lost: Bool? = nil,
    retriesFailed: Bool = true
  ) -> Adoption.Decision? {
    Adoption(
      known: record.map { [$0] } ?? [],
      selection: EngineSelection(
        engines: source.map { [$0] } ?? [], schemas: hasSchema ? ["me_" + Self.slug] : []),
      lostSpaces: lost.map { [Self.slug: $0] } ?? [:], retriesFailed: retriesFailed
    ).decisions[Self.slug]
  }

  @Test(arguments: [EngineState.pending, .running, .done, .failed, .drifted])
  func `an engine that is as it was goes on`(state: EngineState) {
    #expect(decide(record(state), source: engine()) == .goOn)
  }

  @Test(arguments: [EngineState.failed, .drifted])
  func `a failed engine stays so where it is not to be retried`(state: EngineState) {
    #expect(decide(record(state), source: engine(), retriesFailed: false) == .stayFailed)
    // Whether it could be measured or not (it failed before it was).
    #expect(
      decide(record(state, dimensions: nil), source: engine(), retriesFailed: false)
        == .stayFailed)
  }

  @Test func `an engine that is new, or was skipped and takes part now, is picked up`() {
    #expect(decide(nil, source: engine()) == .pickUp)
    #expect(decide(record(.skipped), source: engine()) == .pickUp)
  }

  @Test(arguments: [EngineState.pending, .running, .done, .failed])
  func `an engine that a rebuilt ledger knows by its slug alone is measured`(state: EngineState) {
    #expect(
      decide(record(state, language: nil, dimensions: nil), source: engine()) == .measure)
  }

  @Test(arguments: [EngineState.pending, .running, .failed, .drifted])
  func `another language begins an unpublished engine again`(state: EngineState) {
    #expect(
      decide(record(state), source: engine(language: "german"))
        == .beginAgain(.languageChanged(from: "english", to: "german")))
  }

  @Test func `another language leaves a published engine alone`() {
    #expect(decide(record(.done), source: engine(language: "german")) == .goOn)
  }

  @Test(arguments: [EngineState.pending, .running, .failed, .drifted])
  func `a schema that was dropped before its space was published is copied again`(
    state: EngineState
  ) {
    #expect(decide(record(state), source: engine(), lost: false) == .beginAgain(.schemaGone))
  }

  @Test func `a published space whose schema is gone is named, and left alone`() {
    let adoption = Adoption(
      known: [record(.done)],
      selection: EngineSelection(engines: [engine()], schemas: ["me_" + Self.slug]),
      lostSpaces: [Self.slug: true], retriesFailed: true)
    #expect(adoption.lostPublications == [Self.slug])
    #expect(adoption.decisions[Self.slug] == .goOn)
  }

  @Test(arguments: [EngineState.pending, .running, .failed, .drifted])
  func `an engine that vanished is left out, with the reason`(state: EngineState) {
    #expect(
      decide(record(state), source: nil) == .leaveOut(reason: "it is no longer in the source"))
    #expect(
      decide(record(state), source: engine(status: "deleted"))
        == .leaveOut(reason: "E1: its status is deleted"))
    #expect(
      decide(record(state), source: engine(), hasSchema: false)
        == .leaveOut(reason: "E2: it is active, but the shard has no schema for it"))
  }

  @Test func `what was published of an engine that vanished stays`() {
    #expect(decide(record(.done), source: nil) == .keepPublished)
    #expect(decide(record(.done), source: engine(status: "suspended")) == .keepPublished)
  }

  @Test func `a new engine that does not take part is listed as skipped`() {
    let decision = decide(nil, source: engine(status: "suspended"))
    #expect(decision == .skip(.init(slug: Self.slug, reason: .status("suspended"))))
    #expect(decide(record(.skipped), source: engine(status: "suspended")) == .goOn)
  }

  @Test func `every combination has a decision, and the ledger allows what it leads to`() {
    let sources: [OldEngine?] = [
      nil, engine(), engine(language: "german"), engine(status: "deleted"),
    ]
    for state in EngineState.allCases.map(Optional.some) + [nil] {
      for source in sources {
        for hasSchema in [true, false] {
          for lost in [nil, true, false] as [Bool?] {
            for retries in [true, false] {
              for dimensions in [nil, 8] as [Int?] {
                let decision = decide(
                  state.map { record($0, dimensions: dimensions) }, source: source,
                  hasSchema: hasSchema, lost: lost, retriesFailed: retries)
                guard state != nil || source != nil else { continue }
                #expect(decision != nil)
                expectAllowed(decision, from: state)
              }
            }
          }
        }
      }
    }
  }

  /// The states that the ledger passes through for a decision.
  private func expectAllowed(_ decision: Adoption.Decision?, from state: EngineState?) {
    let steps: [EngineState]
    switch decision {
    case .goOn, .stayFailed, .measure, .keepPublished, nil: return
    case .pickUp: steps = [.pending]
    case .beginAgain: steps = [.pending]
    case .leaveOut: steps = [.pending, .skipped]
    case .skip:
      #expect(state == nil, "a known engine is left out, not listed anew")
      return
    }
    var now = state
    for next in steps {
      if let now { #expect(now.mayBecome(next), "\(now) > \(next)") }
      now = next
    }
  }
}
