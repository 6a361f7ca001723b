import Testing

/// `build_tree_access`: what a member may do, where.
struct TreeAccessTests {
  @Test("Joining a space gives a home, and an existing grant on it stays")
  func homes() async throws {
    try await RosterScene.with { scene in
      try await scene.add(scene.member)
      #expect(try await scene.access(scene.member) == ["home=3"])
      try await scene.add(scene.membersAgent)
      #expect(try await scene.access(scene.membersAgent) == ["home.agent=3"])
      let home = "home." + scene.member.replacing("-", with: "")
      try await scene.grant(scene.member, home, 1)
      try await scene.add(scene.member, admin: true)
      #expect(try await scene.access(scene.member) == ["home=1"])
      #expect(try await scene.access(scene.membersAgent) == ["home.agent=1"])
      try await scene.add(scene.group)
      #expect(try await scene.access(scene.group).isEmpty)
    }
  }

  @Test("A grant is raised or lowered by the next one on its path")
  func upsert() async throws {
    try await RosterScene.with { scene in
      for level in [1, 3, 2] {
        try await scene.grant(scene.member, "a", level)
        #expect(try await scene.access(scene.member) == ["a=\(level)"])
      }
    }
  }

  @Test("Groups count while the member is on the roster, and the highest level wins")
  func groups() async throws {
    try await RosterScene.with { scene in
      try await scene.grant(scene.group, "", 1)
      try await scene.grant(scene.group, "a.b", 3)
      try await scene.grant(scene.member, "a.b", 2)
      try await scene.join(scene.member)
      #expect(try await scene.access(scene.member) == ["a.b=2"])
      try await scene.add(scene.member)
      #expect(try await scene.access(scene.member) == ["=1", "a.b=3", "home=3"])
    }
  }

  @Test("An agent has what it and its owner are both granted, at the lower level")
  func clamping() async throws {
    let cases: [(owner: [String: Int], agent: [String: Int], expected: [String])] = [
      (["": 3], ["": 2], ["=2"]),
      (["": 1], ["a": 3], ["a=1"]),
      (["a.b": 3], ["a": 2], ["a.b=2"]),
      (["a": 3, "a.b": 1], ["": 2], ["a=2"]),
      (["a": 1, "a.b": 3], ["": 2], ["a=1", "a.b=2"]),
      (["a": 1, "a.b.c": 2], ["a.b": 3], ["a.b=1", "a.b.c=2"]),
      (["a": 3], ["": 1, "a.b": 3], ["a=1", "a.b=3"]),
      (["a": 3], ["b": 3], []),
      ([:], ["": 3], []),
      (["": 3], [:], []),
      (["a": 2, "ab": 3], ["a": 3], ["a=2"]),
    ]
    try await RosterScene.with { scene in
      for (owner, agent, expected) in cases {
        try await scene.target.undone {
          for (path, level) in owner { try await scene.grant(scene.member, path, level) }
          for (path, level) in agent { try await scene.grant(scene.membersAgent, path, level) }
          #expect(try await scene.access(scene.membersAgent) == expected)
        }
      }
    }
  }

  @Test("An agent's groups count like its own grants, and its owner's like the owner's")
  func agentsGroups() async throws {
    try await RosterScene.with { scene in
      try await scene.grant(scene.group, "a", 3)
      try await scene.grant(scene.member, "", 2)
      try await scene.join(scene.membersAgent)
      try await scene.add(scene.membersAgent)
      #expect(try await scene.access(scene.membersAgent) == ["a=2", "home.agent=2"])
      try await scene.join(scene.member)
      #expect(try await scene.access(scene.membersAgent) == ["a=2", "home.agent=2"])
      try await scene.add(scene.member)
      #expect(try await scene.access(scene.membersAgent) == ["a=3", "home.agent=3"])
    }
  }

  @Test("Whoever nobody knows has nothing")
  func unknown() async throws {
    try await RosterScene.with { scene in
      let access = try await scene.access("018f0000-0000-7000-8000-0000000000ff")
      #expect(access.isEmpty)
    }
  }
}
