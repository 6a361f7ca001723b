import Foundation
@testable import Mapping
import Testing

struct TreePathTests {
  @Test(
    "ltree's @>: ancestor or self, label by label",
    arguments: [
      ("", "", true), ("", "a.b", true), ("a", "a", true), ("a", "a.b.c", true), ("a", "ab", false),
      ("a.b", "a", false), ("a", "", false), ("a.b", "a.bc", false), ("b", "a.b", false),
      ("caf\u{E9}", "cafe\u{301}.x", false), ("a", "A.b", false),
    ])
  func ancestor(above: String, below: String, expected: Bool) {
    #expect(TreePath(above).isAncestorOrSelf(of: TreePath(below)) == expected)
  }

  @Test("Two paths are one only when their bytes are")
  func bytes() {
    #expect(TreePath("caf\u{E9}") != TreePath("cafe\u{301}"))
    #expect(Set([TreePath("caf\u{E9}"), TreePath("cafe\u{301}")]).count == 2)
  }

  @Test("Parents lead to the root, and depth counts labels")
  func parents() {
    #expect(TreePath("a.b.c").parent == TreePath("a.b"))
    #expect(TreePath("a").parent == .root)
    #expect(TreePath.root.parent == nil)
    #expect(TreePath.root.child("a").child("b") == TreePath("a.b"))
    #expect([TreePath.root, TreePath("a"), TreePath("a.é.c")].map(\.depth) == [0, 1, 3])
  }

  @Test("A home is written as the target writes it")
  func home() {
    let label = "01890000000070008000000000000"
    #expect(TreePath.home(user: id(0xAB)).text == "home.\(label)0ab")
    #expect(
      TreePath.home(agent: id(0xCD), owner: id(0xAB)).text == "home.\(label)0ab.\(label)0cd")
  }
}
