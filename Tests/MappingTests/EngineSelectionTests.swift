@testable import Mapping
import Testing

struct EngineSelectionTests {
  private func engine(_ number: Int, _ slug: String, _ status: String = "active") -> OldEngine {
    OldEngine(
      id: id(number), orgID: id(900), slug: slug, name: "Engine \(number)", status: status,
      language: "english")
  }

  @Test("E1: every active engine is chosen, by slug; others are listed with their status")
  func active() {
    let selection = EngineSelection(
      engines: [
        engine(1, "bbb"), engine(2, "aaa"), engine(3, "ccc", "deleted"),
        engine(4, "ddd", "suspended"), engine(5, "eee", "frozen"),
      ],
      schemas: ["me_aaa", "me_bbb"])
    #expect(selection.chosen.map(\.slug) == ["aaa", "bbb"])
    #expect(
      selection.skipped == [
        .init(slug: "ccc", reason: .status("deleted")),
        .init(slug: "ddd", reason: .status("suspended")),
        .init(slug: "eee", reason: .status("frozen")),
      ])
    #expect(selection.skipped.map(\.reason.rule) == [.E1, .E1, .E1])
  }

  @Test("E2: an active engine without its schema is skipped, a schema without its engine is listed")
  func schemas() {
    let selection = EngineSelection(
      engines: [engine(1, "aaa"), engine(2, "bbb"), engine(3, "ccc", "deleted")],
      schemas: ["me_bbb", "me_ccc", "me_zzz"])
    #expect(selection.chosen.map(\.slug) == ["bbb"])
    #expect(selection.skipped.first == .init(slug: "aaa", reason: .schemaMissing))
    #expect(selection.schemasWithoutActiveEngine == ["me_ccc", "me_zzz"])
  }

  @Test("E3: --engines leaves out the others, and names what it asked for in vain")
  func requested() {
    let selection = EngineSelection(
      engines: [
        engine(1, "aaa"), engine(2, "bbb"), engine(3, "ccc", "deleted"), engine(4, "ddd"),
      ],
      schemas: ["me_aaa", "me_bbb"], requested: ["aaa", "ccc", "ddd", "nope"])
    #expect(selection.chosen.map(\.slug) == ["aaa"])
    #expect(
      selection.skipped == [
        .init(slug: "bbb", reason: .notRequested),
        .init(slug: "ccc", reason: .status("deleted")),
        .init(slug: "ddd", reason: .schemaMissing),
        .init(slug: "nope", reason: .unknown),
      ])
    #expect(selection.schemasWithoutActiveEngine.isEmpty, "not being asked for orphans no schema")
  }

  @Test("E3: what is asked for in vain is refused; what is only not active, unless that is allowed")
  func unmet() throws {
    let requested = ["aaa", "ccc", "ddd", "nope"]
    let selection = EngineSelection(
      engines: [engine(1, "aaa"), engine(3, "ccc", "deleted"), engine(4, "ddd"), engine(5, "eee")],
      schemas: ["me_aaa"], requested: Set(requested))
    func unmet(_ requested: [String]?, allowsSkipped: Bool = false) -> [String] {
      do throws(UnmetRequest) {
        try selection.requireMet(requested, allowsSkipped: allowsSkipped)
        return []
      } catch {
        return error.engines.map(\.slug)
      }
    }
    #expect(unmet(requested) == ["ccc", "ddd", "nope"])
    #expect(unmet(requested, allowsSkipped: true) == ["nope"])
    #expect(unmet(["aaa", "ccc"], allowsSkipped: true) == [])
    #expect(unmet(["aaa"]) == [])
    #expect(unmet(nil) == [], "nobody asked for the deleted one")
  }

  @Test("E3: asking for nothing chooses nothing")
  func nothing() {
    let selection = EngineSelection(
      engines: [engine(1, "aaa")], schemas: ["me_aaa"], requested: [])
    #expect(selection.chosen.isEmpty)
    #expect(EngineSelection(engines: [], schemas: []).skipped.isEmpty)
  }
}
