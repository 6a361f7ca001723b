/// A condition that did not come true in time.
package struct TimedOut: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) {
    self.description = description
  }
}

/// Returns once `condition` holds; throws ``TimedOut`` when it does not within `limit`.
///
/// The one place where tests wait. What they wait for is always something that can be seen (a
/// ledger, a table, a process's end), never time itself: the short rest between two looks only leaves
/// the processors to the servers. The limit only ends what would hang, on a machine of any load.
package func eventually(
  _ what: String, within limit: Duration = .seconds(1_800),
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
  package init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
