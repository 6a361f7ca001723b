import Foundation
import JobModel
import LocalServers
import Testing

/// The roster's transaction proves before it publishes: marks alone do not make a space.
@Suite struct ProofTests {
  private let ofGrace = "where org_id = '019b0000-0000-7000-8000-000000000012'"

  /// What is lost under marks that stay, and what the proof says of it.
  @Test(arguments: [
    (
      "delete from me_charlie00003.memory where id = (select max(id::text)::uuid from me_charlie00003.memory);",
      "rows by the marks: 40, in the space: 39"
    ),
    (
      "drop index me_charlie00003.memory_meta_idx;",
      "index memory_meta_idx is missing or not valid"
    ),
    (
      """
      drop index me_charlie00003.memory_meta_idx;
      create index memory_meta_idx on me_charlie00003.memory (id);
      """,
      "index memory_meta_idx is not as the schema pack made it"
    ),
  ])
  func `a space that is not whole is not published, and can be reset`(
    loss: String, message: String
  ) async throws {
    try await Scene.with { scene in
      // Everything of charlie's is committed but its roster: its org has no owner (E4).
      try await scene.changeAccounts("update accounts.org_member set role = 'member' \(ofGrace);")
      let failed = try await scene.run(Scene.start, ends: 4)
      #expect(failed.output.contains("E4"), "\(failed)")
      try await scene.changeAccounts("update accounts.org_member set role = 'owner' \(ofGrace);")
      try await scene.changeTarget(loss)

      let ended = try await scene.run(["resume"], ends: 4)
      #expect(ended.output.contains(message), "\(ended)")
      #expect(
        try await scene.targetValue("select string_agg(slug, ' ' order by slug) from core.space;")
          == "alphaalpha01 bravobravo02")
      #expect(try await scene.status().engine(SmallSources.charlie).state == "failed")

      try await scene.run(["reset", "--engine", SmallSources.charlie, "--yes"], ends: 0)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      #expect(try await scene.roster().joined(separator: "\n") == SmallSources.roster)
    }
  }
}
