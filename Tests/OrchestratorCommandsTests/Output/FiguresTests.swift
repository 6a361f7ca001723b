import Testing

@testable import OrchestratorCommands

@Suite struct FiguresTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567"),
    (-1_000, "-1,000"),
  ])
  func counts(number: Int, text: String) {
    #expect(Figures.count(number) == text)
  }

  @Test(arguments: [
    (0, "0 B"), (812, "812 B"), (999, "999 B"), (1_000, "1.0 kB"), (8_100_000, "8.1 MB"),
    (99_940_000, "99.9 MB"), (99_960_000, "100 MB"), (263_000_000, "263 MB"),
    (999_600_000, "1.0 GB"), (5_000_000_000_000_000_000, "5000 PB"),
  ])
  func bytes(number: Int, text: String) {
    #expect(Figures.bytes(number) == text)
  }

  @Test(arguments: [
    (0.0, "00:00"), (-5.0, "00:00"), (59.9, "00:59"), (83.0, "01:23"), (3_723.0, "1:02:03"),
    (360_000.0, "100:00:00"),
  ])
  func times(seconds: Double, text: String) {
    #expect(Figures.time(.seconds(seconds)) == text)
  }

  @Test(arguments: [(0.0, "0.0 s"), (0.31, "0.3 s"), (4.0, "4.0 s"), (83.0, "01:23")])
  func pauses(seconds: Double, text: String) {
    #expect(Figures.pause(.seconds(seconds)) == text)
  }

  @Test func percentagesDoNotLie() {
    #expect(Figures.percent(999_999, of: 1_000_000, isDone: false) == "99%")
    #expect(Figures.percent(10, of: 10, isDone: false) == "99%")
    #expect(Figures.percent(0, of: 0, isDone: false) == "—")
    #expect(Figures.percent(0, of: 0, isDone: true) == "100%")
    #expect(Figures.percent(20, of: 10, isDone: false) == "99%")
    #expect(Figures.percent(-1, of: 10, isDone: false) == "0%")
    for done in 0..<100 {
      #expect(Figures.percent(done, of: 100, isDone: false) == "\(done)%")
    }
    #expect(Figures.percent(43.9) == "43%")
    #expect(Figures.percent(nil) == "—")
  }

  @Test func barsFillUpOnlyWhenDone() {
    #expect(Figures.bar(0, of: 10, isDone: false, columns: 4) == "░░░░")
    #expect(Figures.bar(5, of: 10, isDone: false, columns: 4) == "██░░")
    #expect(Figures.bar(10, of: 10, isDone: false, columns: 4) == "███░")
    #expect(Figures.bar(10, of: 10, isDone: true, columns: 4) == "████")
    #expect(Figures.bar(0, of: 0, isDone: false, columns: 4) == "░░░░")
    #expect(Figures.bar(99, of: 10, isDone: false, columns: 4) == "███░")
  }
}
