/// Lanes of one kind, made as they are needed. The scheduler limits how many are out at the same time.
actor LanePool<Lane: Sendable> {
  private var free: [Lane] = []
  private var made = 0
  private let make: @Sendable (Int) -> Lane

  init(_ make: @escaping @Sendable (Int) -> Lane) {
    self.make = make
  }

  /// Runs `body` with a lane that nobody else has meanwhile.
  nonisolated func withLane<Value: Sendable>(
    _ body: (Lane) async throws -> Value
  ) async throws -> Value {
    let lane = await take()
    do {
      let value = try await body(lane)
      await give(lane)
      return value
    } catch {
      await give(lane)
      throw error
    }
  }

  private func take() -> Lane {
    if let lane = free.popLast() { return lane }
    made += 1
    return make(made)
  }

  private func give(_ lane: Lane) {
    free.append(lane)
  }
}
