/// A condition that did not come true in time.
struct TimedOut: Error, CustomStringConvertible {
  let description: String
}

/// Returns once `condition` holds; throws ``TimedOut`` when it does not within `limit`.
///
/// The one place where these tests wait. What they wait for is always something that can be seen (a
/// ledger, a table, a process's end), never time itself: the short rest between two looks only leaves
/// the processors to the servers.
func eventually(
  _ what: String, within limit: Duration = .seconds(120),
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      throw TimedOut(description: "not within \(limit): \(what)")
    }
    try await Task.sleep(for: .milliseconds(10))
  }
}

extension Result where Failure == any Error {
  /// What `body` returns or throws.
  init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
