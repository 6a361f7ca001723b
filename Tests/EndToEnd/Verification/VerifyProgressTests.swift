import Foundation
import JobModel
import OldModel
import Testing

@testable import Verification

@Suite("An interrupted deep verification")
struct VerifyProgressTests {
  @Test("goes on where it was, and sees what was changed since in a range that it had proven")
  func goesOn() async throws {
    try await VerifyFixture.withMigration { fixture in
      let first = try await fixture.verifyInProcess(try fixture.progress())
      #expect(first.checks.isPassed)
      let again = try await fixture.verifyInProcess(try fixture.progress())
      #expect(again.checks == first.checks)
      #expect(again.bytes < first.bytes / 2)
      let afresh = try await fixture.verifyInProcess(try fixture.progress(fromScratch: true))
      #expect(afresh.bytes == first.bytes)

      let places = try await fixture.places()
      try await fixture.onTarget(
        "update me_\(places.engine).memory set content = content || '!' where id = '\(places.memory)';"
      )
      let changed = try await fixture.verifyInProcess(try fixture.progress())
      #expect(changed.checks.all.flatMap(\.findings).map(\.row) == [places.memory])
      #expect(changed.bytes < first.bytes)
    }
  }

  private static let chunk = Job(
    name: .memories(engine: "acme", number: 3), generation: 2,
    range: IDRange(lo: UUID(), hi: nil))
  private static let sum = RangeFingerprint(rows: 7, text: "7/8")

  private static func withFile(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())-verify").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test("counts for the same run, epoch, generation and range alone")
  func sameOnly() throws {
    try Self.withFile { path throws in
      let run = UUID()
      func reopened(run other: UUID? = nil, epoch: Int = 1) throws -> VerifyProgress {
        do {
          let progress = try VerifyProgress(path: path, run: run, epoch: 1, fromScratch: true)
          try progress.record(Self.chunk, source: Self.sum, target: Self.sum)
        }
        return try VerifyProgress(path: path, run: other ?? run, epoch: epoch, fromScratch: false)
      }
      #expect(try reopened().proof(of: Self.chunk)?.source == "7/8")
      #expect(try reopened(run: UUID()).proof(of: Self.chunk) == nil)
      #expect(try reopened(epoch: 2).proof(of: Self.chunk) == nil)
      var other = Self.chunk
      other.generation = 3
      #expect(try reopened().proof(of: other) == nil)
      other = Self.chunk
      other.range.hi = UUID()
      #expect(try reopened().proof(of: other) == nil)
    }
  }

  @Test("a line that a crash left half is not read, nor does it harm the next one")
  func halfLine() throws {
    try Self.withFile { path throws in
      let run = UUID()
      var second = Self.chunk
      second.name = .memories(engine: "acme", number: 4)
      do {
        let progress = try VerifyProgress(path: path, run: run, epoch: 1, fromScratch: false)
        try progress.record(Self.chunk, source: Self.sum, target: Self.sum)
        try progress.record(second, source: Self.sum, target: Self.sum)
      }
      let whole = try Data(contentsOf: URL(filePath: path))
      try whole.dropLast(10).write(to: URL(filePath: path))
      do {
        let next = try VerifyProgress(path: path, run: run, epoch: 1, fromScratch: false)
        #expect(next.proof(of: Self.chunk) != nil)
        #expect(next.proof(of: second) == nil)
        try next.record(second, source: Self.sum, target: Self.sum)
      }
      let last = try VerifyProgress(path: path, run: run, epoch: 1, fromScratch: false)
      #expect(last.count == 2)
      try last.finish()
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("belongs to one verification at a time, and to the next one once its file is gone")
  func alone() throws {
    try Self.withFile { path throws in
      let run = UUID()
      func open() throws -> VerifyProgress {
        try VerifyProgress(path: path, run: run, epoch: 1, fromScratch: false)
      }
      var first: VerifyProgress? = try open()
      try first?.record(Self.chunk, source: Self.sum, target: Self.sum)
      #expect(throws: VerifyProgress.InUse.self) { _ = try open() }
      first = nil
      let second = try open()
      #expect(second.count == 1)
      try second.finish()
      // Its holder has not gone yet, but what it holds is no longer anybody's progress.
      let third = try open()
      #expect(third.count == 0)
      try FileManager.default.removeItem(atPath: path)
      try third.finish()
    }
  }
}
