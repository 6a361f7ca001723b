import Testing

@testable import Databases
@testable import PostgresLink

@Suite struct LinkSuspicionsTests {
  let backend = Backend(pid: 1, start: "1.0")
  let begin = ContinuousClock.now

  /// The seconds after which a link is found dead that was looked at every five.
  func deadAfter(
    _ sights: (Int) -> LinkSuspicions.Sight?, within seconds: Int = 600
  ) -> Int? {
    var suspicions = LinkSuspicions(silenceMax: .seconds(15))
    for second in stride(from: 0, through: seconds, by: 5) {
      let dead = suspicions.look(
        sights(second).map { [backend: $0] } ?? [:], at: begin + .seconds(second))
      if dead == [backend] { return second }
    }
    return nil
  }

  func sight(
    unacknowledged: Int = 0, statementBytes: Int = 0, _ progress: String?
  ) -> LinkSuspicions.Sight {
    .init(
      wait: .init(since: begin, unacknowledged: unacknowledged, statementBytes: statementBytes),
      progress: progress)
  }

  @Test func `a link over which nothing passes is dead`() {
    #expect(deadAfter { _ in sight("1") } == 15)
    #expect(deadAfter { _ in sight(nil) } == 15, "no server says anything")
  }

  @Test func `a link over which something passes is not, however slow it is`() {
    #expect(deadAfter { sight("\($0 / 10)") } == nil, "the server has got more")
    #expect(deadAfter { sight(unacknowledged: 100_000 - $0 / 10, "1") } == nil)
    #expect(deadAfter { $0 % 20 == 0 ? nil : sight("1") } == nil, "the server was at work")
  }

  @Test func `a server that sometimes answers nobody does not hide a dead link`() {
    #expect(deadAfter { sight($0 % 10 == 0 ? nil : "1") } == 20)
  }

  @Test func `a large statement has time to arrive`() {
    #expect(deadAfter { _ in sight(statementBytes: 64 * 1024 * 100, "1") } == 115)
  }
}
