import Foundation
import JobModel
import Testing

@Suite("RosterProof: nothing is published unless it is empty")
struct RosterProofTests {
  let space = Job(name: .space(engine: "e"), generation: 1)
  let first = Job(
    name: .memories(engine: "e", number: 0), generation: 1, range: IDRange(lo: nil, hi: UUID()))
  let index = Job(name: .index(engine: "e", name: "i"), generation: 1)

  var last: Job {
    Job(
      name: .memories(engine: "e", number: 1), generation: 1,
      range: IDRange(lo: first.range.hi, hi: nil))
  }

  func mark(_ job: Job, rows: Int = 0) -> Mark {
    Mark(name: job.name, generation: job.generation, range: job.range, rows: rows)
  }

  /// Everything as it must be: three rows in two chunks, one index.
  var proof: RosterProof {
    let marks = [mark(space), mark(first, rows: 2), mark(last, rows: 1), mark(index)]
    return RosterProof(
      plan: [space, first, last, index],
      marks: Dictionary(uniqueKeysWithValues: marks.map { ($0.name, $0) }),
      copy: EngineCopy(rows: 3, rejected: 0, watermark: nil, generation: 1), rows: 3,
      expectedIndexes: ["i": "CREATE INDEX i"], indexes: ["i": "CREATE INDEX i"])
  }

  @Test func aCompleteSpaceHasNoGaps() {
    #expect(proof.gaps.isEmpty)
  }

  @Test func aMissingMarkIsAGap() {
    for job in [space, first, last, index] {
      var proof = proof
      proof.marks[job.name] = nil
      if job.name.kind == .memories { proof.copy = nil }
      #expect(proof.gaps == [.jobWithoutMark(job.name)])
    }
  }

  @Test func aMarkOfAnotherGenerationOrRangeProvesNothing() {
    var older = proof
    older.marks[first.name]?.generation = 0
    #expect(older.gaps == [.jobWithoutMark(first.name)])
    var narrower = proof
    narrower.marks[first.name]?.range.hi = UUID()
    #expect(narrower.gaps == [.jobWithoutMark(first.name)])
  }

  @Test func rowsMustBeAsManyAsTheMarksSay() {
    for rows in [2, 4] {
      var proof = proof
      proof.rows = rows
      #expect(proof.gaps == [.rowsDiffer(marked: 3, found: rows)])
    }
  }

  @Test func afterACatchUpItsMarkCountsInsteadOfTheChunks() {
    var proof = proof
    proof.copy?.rows = 7
    proof.rows = 7
    #expect(proof.gaps.isEmpty)
  }

  @Test func everyNotedIndexMustBeThereAsItWas() {
    var missing = proof
    missing.indexes = [:]
    #expect(missing.gaps == [.indexMissing("i")])
    var other = proof
    other.indexes["i"] = "CREATE INDEX i ON other"
    #expect(other.gaps == [.indexDiffers("i")])
  }

  @Test func anEmptyPlanIsNoProof() {
    let proof = RosterProof(
      plan: [], marks: [:], copy: nil, rows: 0, expectedIndexes: [:], indexes: [:])
    #expect(proof.gaps == [.noPlan])
  }
}

@Suite("MarkedPlan: only a mark that agrees with the plan counts")
struct TargetEvidenceTests {
  @Test func stateFollowsTheMark() {
    let job = Job(name: .identities, generation: 2)
    let proven = Mark(name: .identities, generation: 2, range: .all, rows: 1)
    var older = proven
    older.generation = 1
    #expect(MarkedPlan(jobs: [job], marks: [:]).state(of: job) == .pending)
    #expect(MarkedPlan(jobs: [job], marks: [job.name: older]).state(of: job) == .pending)
    #expect(MarkedPlan(jobs: [job], marks: [job.name: proven]).state(of: job) == .done)
  }
}
