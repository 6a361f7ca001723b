import Foundation
import JobModel
import Testing

@testable import Ledger

@Suite struct PlanChangeTests {
  let job = Job.acme[1]

  @Test func samePlanChangesNothing() {
    #expect(PlanChange.from([job.name: .init(job: job, state: .done)], to: [job]) == [])
  }

  @Test func otherGenerationOrRangeIsOtherWork() {
    for state in JobState.allCases {
      let known = [job.name: PlanChange.Known(job: job, state: state)]
      var other = job
      other.generation += 1
      #expect(PlanChange.from(known, to: [other]) == [.replace(other, was: state)])
      other = job
      other.range = .all
      #expect(PlanChange.from(known, to: [other]) == [.replace(other, was: state)])
    }
  }

  @Test func otherExpectationIsTheSameWork() {
    var other = job
    other.expectedRows += 1
    let changes = PlanChange.from([job.name: .init(job: job, state: .done)], to: [other])
    #expect(changes == [.estimate(other)])
  }

  @Test func jobsComeAndGo() {
    let known = [job.name: PlanChange.Known(job: job, state: .running)]
    #expect(PlanChange.from([:], to: [job]) == [.add(job)])
    #expect(PlanChange.from(known, to: []) == [.remove(job.name)])
  }

  @Test func targetDecidesBothWays() {
    let mark = job.mark
    for state in [JobState.pending, .running, .failed] {
      #expect(MarkChange.of(job, in: state, mark: mark) == .found(mark))
    }
    #expect(MarkChange.of(job, in: .done, mark: mark) == nil)
    #expect(MarkChange.of(job, in: .done, mark: nil) == .lost)
    #expect(MarkChange.of(job, in: .running, mark: nil) == .abandoned)
    #expect(MarkChange.of(job, in: .pending, mark: nil) == nil)
    #expect(MarkChange.of(job, in: .failed, mark: nil) == nil)
  }

  @Test func markOfOtherWorkIsNone() {
    var mark = job.mark
    mark.range = .all
    #expect(MarkChange.of(job, in: .done, mark: mark) == .lost)
    #expect(MarkChange.of(job, in: .pending, mark: mark) == nil)
    mark = job.mark
    mark.generation += 1
    #expect(MarkChange.of(job, in: .running, mark: mark) == .abandoned)
  }
}
