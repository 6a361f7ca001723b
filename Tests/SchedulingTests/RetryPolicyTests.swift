import Scheduling
import Testing

@Suite("RetryPolicy: when a job is tried again")
struct RetryPolicyTests {
  let policy = RetryPolicy(base: .seconds(1), cap: .seconds(10))

  @Test func doublesUpToTheCap() {
    let delays = (1...6).map { policy.delay(afterFailures: $0, jitter: 1) }
    #expect(delays == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
  }

  @Test func jitterTakesAwayUpToHalf() {
    #expect(policy.delay(afterFailures: 3, jitter: 0) == .seconds(2))
    #expect(policy.delay(afterFailures: 3, jitter: 0.5) == .seconds(3))
  }

  @Test func noRestIsLongerThanAQuarterOfTheTimeToGiveUp() {
    let hasty = RetryPolicy(giveUpAfter: .seconds(4))
    #expect(hasty.delay(afterFailures: 9, jitter: 1) == .seconds(1))
  }

  @Test func manyFailuresDoNotOverflow() {
    #expect(policy.delay(afterFailures: 10_000, jitter: 1) == .seconds(10))
  }
}
