import JobModel
import Ledger
import PostgresLink
import Testing

@testable import Migration
@testable import RunRecord
@testable import Runs

/// The progress of index builds, which a server tells; everything else is known here.
@Suite struct BuildWatchTests {
  private let index = JobName.index(engine: "acme", name: "memory_embedding_idx")
  private let chunk = JobName.memories(engine: "acme", number: 0)

  private var jobs: [JobName: JobInFlight] {
    [
      index: JobInFlight(lane: "build 0", copy: nil),
      chunk: JobInFlight(lane: "copy 0", copy: CopyProgress(sourceRead: {})),
    ]
  }

  @Test func `copies and the last word on builds are there while the server does not answer`()
    async
  {
    let watch = BuildWatch()
    #expect(watch.progress(of: jobs)[index] == JobProgress(phase: nil, percent: nil))
    await watch.refresh { [BuildProgress(lane: "build 0", phase: "loading", percent: 43)] }

    let (asked, isAsked) = AsyncStream.makeStream(of: Void.self)
    let (answered, answer) = AsyncStream.makeStream(of: Void.self)
    let frozen = Task {
      await watch.refresh { () throws(PostgresError) in
        isAsked.finish()
        for await _ in answered {}
        throw PostgresError(kind: .connectionLost, message: "silent")
      }
    }
    for await _ in asked {}
    let meanwhile = watch.progress(of: jobs)
    #expect(meanwhile[chunk] == JobProgress(rows: 0, bytes: 0))
    #expect(meanwhile[index] == JobProgress(phase: "loading", percent: 43))

    // Nobody can say any more how far the build is.
    answer.finish()
    await frozen.value
    #expect(watch.progress(of: jobs)[index] == JobProgress(phase: nil, percent: nil))
  }
}
