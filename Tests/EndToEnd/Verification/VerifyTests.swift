import Foundation
import LocalServers
import Testing

@Suite("verify, against real clusters")
struct VerifyTests {
  @Test("finds nothing in a good run, then every change of the target exactly")
  func mutations() async throws {
    try await VerifyFixture.withMigration { fixture in
      let good = try await fixture.verify()
      #expect(good.found == [])
      #expect(good.status == 0)
      #expect(good.check("memory_checksums")?.looked == 300)
      let places = try await fixture.places()
      let mutations =
        VerifyMutation.memories(places) + VerifyMutation.besides(places)
        + VerifyMutation.rosters(places)
      let oldGroup = try await self.oldGroup(of: places, fixture)
      for mutation in mutations {
        try await expect(mutation, oldGroup: oldGroup, fixture)
      }
      #expect(try await fixture.verify().found == [])
    }
  }

  private func expect(
    _ mutation: VerifyMutation, oldGroup: String, _ fixture: VerifyFixture
  ) async throws {
    func named(_ expected: [String]) -> [String] {
      expected.map { $0.replacing(VerifyMutation.oldGroup, with: oldGroup) }.sorted()
    }
    try await fixture.onTarget(mutation.save + mutation.change)
    let plain = try await fixture.verify(deep: false)
    let deep = try await fixture.verify()
    try await fixture.onTarget(mutation.restore)
    #expect(plain.found == named(mutation.plain), "\(mutation.name)")
    #expect(deep.found == named(mutation.plain + mutation.deep), "\(mutation.name), deep")
    #expect(plain.status == (mutation.plain.isEmpty ? 0 : 4), "\(mutation.name)")
    #expect(deep.status == (mutation.plain.isEmpty && mutation.deep.isEmpty ? 0 : 4))
  }

  private func oldGroup(
    of places: MutationPlaces, _ fixture: VerifyFixture
  ) async throws -> String {
    let rows = try await fixture.databases.servers.shard.rows(
      #"select id from me_\#(places.team)."user" where not can_login;"#,
      database: fixture.databases.name)
    return rows[0][0]
  }
}
