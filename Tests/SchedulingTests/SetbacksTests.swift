import Testing

@testable import Scheduling

@Suite("Setbacks: what failures say of the whole run")
struct SetbacksTests {
  static let policy = RetryPolicy(giveUpAfter: .seconds(900))

  @Test func aServerThatIsAwayIsTriedLessAndLessOftenByAllTogether() {
    var setbacks = Setbacks(policy: Self.policy)
    var now = Duration.zero
    var pauses: [Duration] = []
    for round in 1...10 {
      let told = (0..<8).map { _ in
        setbacks.rest(begun: now, failures: round, at: now, jitter: 1)
      }
      let next = max(setbacks.heldUntil, told.max() ?? .zero)
      // The first few do not know yet that everything will be held back for a moment.
      if round > 1 { #expect(told == Array(repeating: next, count: 8)) }
      pauses.append(next - now)
      now = next
    }
    #expect(pauses == [0.25, 0.5, 1, 2, 4, 8, 15, 15, 15, 15].map { .seconds($0) })
  }

  @Test func anAttemptFromBeforeTheHoldMakesNoRestLonger() {
    var setbacks = Setbacks(policy: Self.policy)
    for _ in 0..<5 { _ = setbacks.rest(begun: .zero, failures: 6, at: .seconds(1), jitter: 1) }
    let held = setbacks.heldUntil
    #expect(held == .milliseconds(1_250))
    #expect(setbacks.rest(begun: .zero, failures: 6, at: .milliseconds(1_100), jitter: 1) == held)
    #expect(
      setbacks.rest(begun: .zero, failures: 6, at: .seconds(11), jitter: 1)
        == .milliseconds(11_250))
    #expect(setbacks.heldUntil == held)
  }

  @Test func timeWithoutAttemptsIsNoReasonToGiveUp() {
    var setbacks = Setbacks(policy: Self.policy)
    setbacks.succeeded(at: .seconds(10))
    // The machine has slept for a day, and every lane finds its link broken.
    for _ in 0..<16 { setbacks.failed(at: .seconds(86_400)) }
    #expect(!setbacks.isHopeless)
    setbacks.failed(at: .seconds(86_400 + 674))
    #expect(!setbacks.isHopeless, "a long gap counts for a quarter")
    for minute in 1...12 { setbacks.failed(at: .seconds(87_074 + minute * 60)) }
    #expect(setbacks.isHopeless)
    setbacks.succeeded(at: .seconds(90_000))
    setbacks.failed(at: .seconds(90_001))
    #expect(!setbacks.isHopeless)
  }
}
