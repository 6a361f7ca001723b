import Foundation
@testable import Mapping
import Testing

struct NameFittingTests {
  private let pattern = /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/

  static let awkward: [String] = [
    "", " ", "-", ".hidden", "_x", "two words", "a/b", "it's", "say \"hi\"", "back\\slash", "100%",
    "{{slug}}", "line\nbreak", "tab\t", "é", "É", "e\u{301}", "日本語", "👩‍👩‍👧", "\u{10FFFF}", "名 a",
    "bot ", " bot", "bot  x", "bot x", "bot-x ", String(repeating: "a", count: 101),
    String(repeating: "a", count: 102), String(repeating: "é", count: 300),
    String(repeating: "a", count: 5000) + "!",
  ]

  @Test(
    "R6: a name that fits is kept",
    arguments: [
      "a", "0", "A.b_c-d", "claude-code", "x-deadbeef", String(repeating: "z", count: 100),
    ])
  func kept(name: String) {
    #expect(NameFitting.fits(name))
    #expect(NameFitting.fit(folded(name)) == name)
  }

  @Test("R6: a name that does not fit is made to, the same way each time", arguments: awkward)
  func fitted(name: String) {
    #expect(!NameFitting.fits(name))
    let fitted = NameFitting.fit(folded(name))
    #expect(fitted.wholeMatch(of: pattern) != nil)
    #expect(fitted == NameFitting.fit(folded(name)))
  }

  @Test("R6: the form is cleaned, cut, and the first 8 hex digits of the sha256 of the lower case")
  func form() {
    // printf 'bot x' | sha256sum
    #expect(NameFitting.fit(folded("Bot X")) == "Bot-X-\(Self.botX)")
    #expect(NameFitting.fit(folded("bot x")) == "bot-x-\(Self.botX)")
    // printf '' | sha256sum
    #expect(NameFitting.fit(folded("")) == "unnamed-e3b0c442")
    let long = NameFitting.fit(folded(String(repeating: "a", count: 101)))
    #expect(long.count == 100)
    #expect(long.hasPrefix(String(repeating: "a", count: 91) + "-"))
  }

  private static let botX = "2da1ff77"

  @Test("R6: two names that differ to the server never merge")
  func distinct() {
    let keys = Set(Self.awkward.map { ExactText($0.lowercased()) })
    let fitted = Set(Self.awkward.map { NameFitting.fit(folded($0)).lowercased() })
    #expect(fitted.count == keys.count)
    // A server with LC_CTYPE=C tells these two apart.
    let lower = NameFitting.fit(FoldedText("é", key: "é"))
    let upper = NameFitting.fit(FoldedText("É", key: "É"))
    #expect(lower != upper)
  }

  @Test("R6: names that are equal to the server stay equal to it")
  func equal() {
    let names = ["Ünïcode Bot", "üNÏCODE bOT"].map { NameFitting.fit(folded($0)).lowercased() }
    #expect(Set(names).count == 1)
  }
}
