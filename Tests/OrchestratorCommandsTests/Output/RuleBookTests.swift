import Mapping
import Testing

@testable import OrchestratorCommands

@Suite struct RuleBookTests {
  @Test func `every rule that warnings cite is explained`() {
    let book = RuleBook()
    for rule in Rule.allCases where rule != .home {
      #expect(book[rule.rawValue]?.text.hasSuffix(".") == true, "\(rule)")
    }
    #expect(book["r8"]?.text.contains("every widened grant is listed") == true)
    #expect(book["M4"] != nil && book["R99"] == nil)
  }

  @Test func `an entry ends where its lines are no longer indented`() {
    let book = RuleBook(page: "# Page\n- **A1** One\n  and more.\n- **A2** Two.\n\n  Not of it.\n")
    #expect(
      book.entries == [.init(id: "A1", text: "One and more."), .init(id: "A2", text: "Two.")])
  }
}
