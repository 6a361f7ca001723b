import Testing

@testable import SchemaPack

struct PackVersionTests {
  @Test("Versions are compared number by number")
  func order() throws {
    let ordered = try ["0.0.9", "0.0.10", "0.1", "0.2.0", "0.10.0", "1.0.0", "1.0.0.1"]
      .map { try #require(PackVersion($0)) }
    #expect(ordered.shuffled().sorted().map(\.description) == ordered.map(\.description))
    #expect(PackVersion("1.6") == PackVersion("1.6.0"))
    #expect(PackVersion("0") == PackVersion("0.0.0"))
  }

  @Test(
    "Anything else is no version", arguments: ["", "1.", ".1", "1..2", "1.x", "v1", "-1", "1 2"])
  func refused(text: String) {
    #expect(PackVersion(text) == nil)
  }

  @Test("An extension's version counts by the numbers it starts with")
  func prefix() {
    #expect(PackVersion(prefixOf: "1.2.0-dev") == PackVersion("1.2"))
    #expect(PackVersion(prefixOf: "unknown") == nil)
  }
}
