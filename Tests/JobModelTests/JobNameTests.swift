import Testing

@testable import JobModel

@Suite struct JobNameTests {
  static let names: [(JobName, String)] = [
    (.provisionAuth, "provision/auth"),
    (.provisionCore, "provision/core"),
    (.identities, "identities"),
    (.space(engine: "acme"), "acme/space"),
    (.memories(engine: "acme", number: 0), "acme/memories/0"),
    (.memories(engine: "007", number: 12), "007/memories/12"),
    (.index(engine: "acme", name: "memory_embedding_idx"), "acme/index/memory_embedding_idx"),
    (.index(engine: "acme", name: "odd/name %\n"), "acme/index/odd/name %\n"),
    (.catchUp(engine: "acme"), "acme/catch-up"),
    (.roster(engine: "acme"), "acme/roster"),
  ]

  @Test(arguments: names) func nameIsReadBack(name: JobName, text: String) {
    #expect(name.description == text)
    #expect(JobName(text) == name)
  }

  @Test(
    "What no job can be called is refused",
    arguments: [
      "", "/", "acme", "acme/", "acme/other", "/space", "/roster", "/memories/1", "/index/x",
      "provision", "provision/other", "provision/auth/x", "identities/", "identities/x",
      "acme/space/x", "acme/roster/x", "acme/memories", "acme/memories/", "acme/memories/x",
      "acme/memories/-1", "acme/memories/+1", "acme/memories/01", "acme/memories/1/2",
      "acme/memories/99999999999999999999", "acme/index", "acme/index/", " identities",
    ])
  func malformedNameIsRefused(text: String) {
    #expect(JobName(text) == nil)
  }

  /// A slug may be any word, those of the control plane included.
  @Test(arguments: ["provision", "identities", "auth", "core", "space", "memories"])
  func slugThatLooksLikeAJobStaysASlug(slug: String) {
    for name in [
      JobName.space(engine: slug), .memories(engine: slug, number: 3),
      .index(engine: slug, name: "i"), .roster(engine: slug),
    ] {
      #expect(JobName(name.description) == name)
      #expect(name.engine == slug)
    }
  }

  @Test func nameKnowsItsEngineAndKind() {
    let kinds = Self.names.map(\.0.kind)
    #expect(Set(kinds) == Set(JobKind.allCases))
    #expect(JobName.identities.engine == nil)
    #expect(JobName.provisionAuth.engine == nil)
    #expect(JobName.provisionCore.engine == nil)
    #expect(JobName.roster(engine: "acme").engine == "acme")
  }
}
