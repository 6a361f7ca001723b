import Foundation
import Ledger
import Testing

@testable import Runs

/// How long a window will take, from what the passes before it have cost.
@Suite struct WindowEstimateTests {
  private func pass(rows: Int, spent: Duration) -> PassRecord {
    PassRecord(
      beganAt: Date(), look: .zero, spent: spent, engines: 1, moved: 1, new: rows, changed: 0,
      gone: 0)
  }

  private func duration(
    _ passes: [PassRecord], look: Duration = .zero, rows: Int, rosters: Int = 0
  ) -> Duration {
    WindowEstimate(passes: passes, look: look).duration(rows: rows, rosters: rosters)
  }

  @Test func `rows cost what they have cost, and passes without rows say nothing`() {
    let passes = [pass(rows: 100, spent: .seconds(1)), pass(rows: 0, spent: .seconds(9))]
    #expect(duration(passes, rows: 0) == .zero)
    #expect(duration(passes, rows: 50) == .milliseconds(500))
    #expect(duration([], rows: 1_000) == .seconds(2))
  }

  @Test func `only the last passes count, because a source changes its ways`() {
    let old = (0..<10).map { _ in pass(rows: 1, spent: .seconds(60)) }
    let new = (0..<10).map { _ in pass(rows: 10, spent: .seconds(1)) }
    #expect(duration(old + new, rows: 100) == .seconds(10))
  }

  @Test func `looks and rosters are paid for, however little has moved`() {
    #expect(duration([], look: .milliseconds(100), rows: 0) == .milliseconds(300))
    #expect(duration([], rows: 0, rosters: 40) > duration([], rows: 0, rosters: 4))
  }
}
