import JobModel
import Testing

@Suite struct FactTests {
  private func key(_ message: String, row: String? = nil) -> String {
    Fact(
      MigrationWarning(rule: "R10", engine: "acme", row: row, message: message),
      job: .roster(engine: "acme")
    ).key
  }

  // The target's index takes no more than 2.7 kB: the roster would fail, at every resume.
  @Test func `the key of a long warning is short, and that of the same warning the same`() {
    let long = String(repeating: "ä", count: 5_000)
    #expect(key(long).utf8.count < 100)
    #expect(key(long) == key(long))
    #expect(key(long + "1") != key(long + "2"))
    #expect(key(long, row: "1") != key(long, row: "2"))
    #expect(key("cycle", row: "1") == "R10/1/cycle")
  }
}
