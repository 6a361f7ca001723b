import Ledger
import Testing

@testable import Runs

/// Which databases are the run's, and what is said of others.
@Suite struct DatabaseBindingTests {
  private let then = DatabaseFingerprint(
    systemIdentifier: "7001", databaseOID: 5, timeline: 1, address: "127.0.0.1:5432/app")

  private func finding(_ change: (inout DatabaseFingerprint) -> Void) -> String? {
    var now = then
    change(&now)
    return now.difference(from: then)?.finding
  }

  @Test func `a database that moved is the same`() {
    #expect(finding { _ in } == nil)
    #expect(finding { ($0.address, $0.timeline) = ("10.0.0.1:5432/app", 2) } == nil)
  }

  @Test func `at one address, what differs is said`() {
    #expect(
      finding { $0.systemIdentifier = "7002" }?.contains("7002, that of the run's is 7001") == true)
    #expect(finding { $0.databaseOID = 6 }?.hasPrefix("it was dropped and made anew since") == true)
  }

  @Test func `another database of the same server is no new one`() {
    let finding = finding { ($0.databaseOID, $0.address) = (6, "127.0.0.1:5432/other") }
    #expect(finding?.hasPrefix("it is another database of the same server") == true)
  }
}
