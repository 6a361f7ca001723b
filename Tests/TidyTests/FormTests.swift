import Testing

/// Sizes, and words that must not come back.
@Suite struct FormTests {
  /// Types by their earlier names, and notes that belong into an issue.
  private static let stale: Set<String> = [
    "TargetEvidence", "TargetState", "HeldRun", "EngineContext", "PackAdaptation", "IdentityPlan",
    "RosterPlan", "SessionFactory", "VerifySessions", "Lookout", "RunStarter", "RunResumer",
    "RunLoop", "JobEnvironment", "RunContext", "RunOpening", "LedgerFact", "inSourceSnapshot",
    "TODO", "FIXME", "XXX", "fatalError",
  ]

  @Test func `a file holds one idea`() {
    for file in Checkout.sources + Checkout.tests {
      #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count - 1) lines")
    }
  }

  /// The schema pack's statements are an app's, bound to runs by their content.
  @Test func `a line fits beside another file`() {
    let statements = Checkout.statements.filter { !$0.path.contains("/BuiltInPack/") }
    for file in Checkout.sources + statements {
      for (index, line) in file.lines.enumerated() {
        // Bytes are at least as many as characters, and much faster to count.
        guard line.utf8.count > 110 else { continue }
        #expect(line.count <= 110, "\(file.path):\(index + 1) has \(line.count) characters")
      }
    }
  }

  @Test func `names of the past stay there`() {
    for file in Checkout.sources + Checkout.tests + Checkout.pages {
      let found = file.words.intersection(Self.stale)
      #expect(found.isEmpty, "\(file.path) says \(found.sorted())")
    }
  }
}
