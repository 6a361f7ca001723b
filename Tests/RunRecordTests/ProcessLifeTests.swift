import Foundation
import JobModel
import Testing

@testable import RunRecord

/// When a process is known to be dead, so that its run may be taken over at once.
@Suite struct ProcessLifeTests {
  private let stat =
    "42 (a (strange) name) S " + (4...21).map(String.init).joined(separator: " ")
    + " 777 0 0"

  @Test func `a process is told by its start, whatever its name is`() {
    #expect(ProcessPlace.life(stat: stat, exists: true) == .since(ticks: 777))
  }

  @Test func `a process that ended and was not waited for is gone`() {
    let zombie = stat.replacing(") S ", with: ") Z ")
    #expect(ProcessPlace.life(stat: zombie, exists: true) == .gone)
  }

  @Test func `a process that /proc hides is not known to be dead`() {
    #expect(ProcessPlace.life(stat: nil, exists: true) == .hidden)
    #expect(ProcessPlace.life(stat: nil, exists: false) == .gone)
  }

  @Test func `this process lives, and one of another start at its number does not`() {
    #expect(!ProcessPlace.current.isKnownDead)
    var other = ProcessPlace.current
    other.startTicks += 1
    #expect(other.isKnownDead)
  }
}
