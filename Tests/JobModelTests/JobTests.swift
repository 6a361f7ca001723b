import Foundation
import Testing

@testable import JobModel

@Suite struct JobStateTests {
  /// Everything not listed here is refused.
  static let allowed: Set<[JobState]> = [
    [.pending, .running], [.pending, .done],
    [.running, .done], [.running, .failed], [.running, .pending],
    [.failed, .pending], [.failed, .done],
    [.done, .pending],
  ]

  @Test(arguments: JobState.allCases, JobState.allCases)
  func changeIsAllowedExactlyAsListed(from state: JobState, to next: JobState) {
    #expect(state.mayBecome(next) == Self.allowed.contains([state, next]))
  }
}

@Suite struct MarkTests {
  let lo = UUID()
  let hi = UUID()

  var job: Job {
    Job(
      name: .memories(engine: "acme", number: 1), generation: 2, range: IDRange(lo: lo, hi: hi),
      expectedRows: 10, expectedBytes: 100)
  }

  var mark: Mark {
    Mark(name: job.name, generation: 2, range: IDRange(lo: lo, hi: hi), rows: 9, fingerprint: "f")
  }

  /// What was expected was an estimate: other counts prove it all the same.
  @Test func markOfTheSameWorkProvesIt() {
    #expect(mark.proves(job))
  }

  @Test func markOfOtherWorkProvesNothing() {
    var other = mark
    other.name = .memories(engine: "acme", number: 2)
    #expect(!other.proves(job))
    other = mark
    other.name = .memories(engine: "other", number: 1)
    #expect(!other.proves(job))
    for generation in [1, 3] {
      other = mark
      other.generation = generation
      #expect(!other.proves(job))
    }
    for range in [
      IDRange(lo: nil, hi: hi), IDRange(lo: lo, hi: nil), IDRange(lo: hi, hi: lo), .all,
    ] {
      other = mark
      other.range = range
      #expect(!other.proves(job))
    }
  }
}
