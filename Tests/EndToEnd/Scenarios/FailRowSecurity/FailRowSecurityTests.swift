import Testing

/// A role from which policies hide rows would copy a part and call it the whole.
@Suite struct FailRowSecurityTests {
  @Test func `a shard's role that does not see every row is refused`() async throws {
    try await Scene.with { scene in
      try await SourceReader.with(scene, seesAll: false) { reader in
        let refused = try await scene.run(Scene.start, reader.environment, ends: 3)
        #expect(refused.errors.contains("Row-level security"))
        #expect(refused.errors.contains("BYPASSRLS"))
        try await scene.expectUntouchedTarget()
        try await scene.run(["status"], ends: 2)
      }
    }
  }
}
