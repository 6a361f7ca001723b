import Testing

/// What README, docs, runbook and messages name exists.
@Suite struct PageTests {
  @Test func `paths that pages name exist`() throws {
    for page in Checkout.pages {
      for path in try page.matches(#"(?<![\w/.-])((?:Sources|Tests|docs|runbook)/[\w./+-]*\w)"#) {
        #expect(Checkout.exists(path), "\(page.path) names \(path)")
      }
    }
  }

  @Test func `links lead somewhere`() throws {
    for page in Checkout.pages {
      let folder = page.path.split(separator: "/").dropLast()
      for link in try page.matches(#"\]\(([^):#]+)"#) {
        #expect(
          Checkout.exists((folder + [link[...]]).joined(separator: "/")), "\(page.path): \(link)")
      }
    }
  }

  @Test func `rules that are cited are defined`() throws {
    let mapping = try #require(Checkout.pages.first { $0.path == "docs/mapping.md" })
    let defined = Set(try mapping.matches(#"^- \*\*([A-Z]\d+)\*\*"#))
    #expect(defined.count > 20)
    for file in Checkout.pages + Checkout.sources + Checkout.statements {
      let cited = Set(try file.matches(#"\b[EIMR][1-9]\d?\b"#))
      let unknown = cited.subtracting(defined)
      #expect(unknown.isEmpty, "\(file.path) cites \(unknown.sorted())")
    }
  }

  @Test func `options that pages and messages name exist`() throws {
    let reference = try #require(Checkout.pages.first { $0.path == "docs/cli.md" })
    let known = Set(try reference.matches(Self.option))
    #expect(known.count > 20)
    for file in Checkout.pages + Checkout.sources {
      let unknown = Set(try file.matches(Self.option)).subtracting(known)
      #expect(unknown.isEmpty, "\(file.path) names \(unknown.sorted())")
    }
  }

  private static let option = #"(?<![\w-])--[a-z][a-z-]*[a-z]"#
}
