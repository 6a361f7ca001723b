import JobModel
import OldModel
import Testing

@testable import Migration

/// What a look at the source means for an engine's copy.
@Suite struct MovementTests {
  private static let seen = Watermark(seen: 1_000, life: "life", shape: "shape")
  private let copy = EngineCopy(rows: 10, rejected: 2, watermark: seen, generation: 1)

  private func look(
    rows: Int = 12, candidates: Int = 0, life: String = "life", shape: String = "shape",
    next: Int64 = 2_000
  ) -> SourceLook {
    SourceLook(
      rows: rows, candidates: candidates,
      state: SourceState(
        watermark: Watermark(seen: next, life: life, shape: shape), next: next))
  }

  @Test func `as many rows as copied and set aside, and no candidate: nothing has moved`() {
    #expect(Movement(of: copy, at: look()) == .none)
  }

  @Test func `a candidate, or another number of rows, is a movement`() {
    for look in [look(candidates: 1), look(rows: 11), look(rows: 13)] {
      #expect(Movement(of: copy, at: look) == .candidates(since: Self.seen))
    }
  }

  @Test func `in another life, with another shape, or without a watermark, any row may differ`() {
    #expect(Movement(of: copy, at: look(life: "x")) == .everything(.anotherLife))
    #expect(Movement(of: copy, at: look(shape: "x")) == .everything(.anotherShape))
    var unknown = copy
    unknown.watermark = nil
    #expect(Movement(of: unknown, at: look()) == .everything(.unknown))
  }

  @Test func `beyond half of the circle of transactions, any row may differ`() {
    let circle = Int64(1) << 31
    #expect(Movement(of: copy, at: look(next: 1_000)) == .none)
    #expect(Movement(of: copy, at: look(next: 1_000 + circle - (1 << 20) - 1)) == .none)
    for next in [999, 1_000 + circle - (1 << 20), 1_000 + circle, 1_000 + 2 * circle] {
      #expect(Movement(of: copy, at: look(next: next)) == .everything(.tooOld))
    }
  }
}
