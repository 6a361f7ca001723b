import Testing

/// Every statement in a target's folder `SQL` is used by that target.
@Suite struct StatementTests {
  @Test func `every SQL file is used`() throws {
    let parts = Checkout.statements.map { $0.path.split(separator: "/").map(String.init) }
    let embedded = parts.filter { $0.count > 3 && $0[2] == "SQL" }
    #expect(!embedded.isEmpty)
    for (target, files) in Dictionary(grouping: embedded, by: { $0[1] }) {
      let used = Set(
        try Checkout.sources.filter { $0.path.hasPrefix("Sources/\(target)/") }
          .flatMap { try $0.matches(#"\bSQL\.(\w+)"#) })
      for file in files {
        let path = file[3...].joined(separator: "/")
        let name = constantName(of: path)
        let isUsed = used.contains(name)
        #expect(isUsed, "Sources/\(target)/SQL/\(path): nobody uses SQL.\(name)")
      }
    }
  }

  @Test func `a constant is named after its file`() {
    #expect(constantName(of: "Memory/chunk_ranges.sql") == "memoryChunkRanges")
    #expect(constantName(of: "take_over.sql") == "takeOver")
  }

  /// As embed-text names it.
  private func constantName(of path: String) -> String {
    let words = path.dropLast(".sql".count).split { !$0.isLetter && !$0.isNumber }
    return words.enumerated().map { index, word in
      let head = index == 0 ? word.prefix(1).lowercased() : word.prefix(1).uppercased()
      return head + word.dropFirst()
    }.joined()
  }
}
