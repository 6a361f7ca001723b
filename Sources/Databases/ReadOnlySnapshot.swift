import PostgresLink

extension PostgresConnection {
  /// Runs `body` in one read-only snapshot.
  // Not inlined: the optimizer of Swift 6.3 crashes when it splits an async function around an inlined
  // copy of this one ("While splitting coroutine").
  @inline(never)
  package nonisolated func inReadOnlySnapshot<Value: Sendable>(
    _ body: (PostgresConnection) async throws(PostgresError) -> Value
  ) async throws(PostgresError) -> Value {
    try await script(readOnlySnapshot)
    do throws(PostgresError) {
      let value = try await body(self)
      try await script("commit")
      return value
    } catch {
      await rollBack()
      throw error
    }
  }

  /// Runs statements that each return rows in one read-only snapshot of their own, in one round trip; returns
  /// the rows of each.
  package nonisolated func snapshotScript(
    _ statements: [String], operation: String = ""
  ) async throws(PostgresError) -> [[SQLRow]] {
    do throws(PostgresError) {
      let all = [readOnlySnapshot] + statements + ["commit"]
      let results = try await script(
        all.joined(separator: ";\n"), operation: operation)
      return Array(results.dropLast().suffix(statements.count))
    } catch {
      await rollBack()
      throw error
    }
  }

  /// Runs `body` within a snapshot, then releases the locks that it took. Otherwise every table that was
  /// read, and each of its indexes, stays locked until the snapshot ends; a server has room for a few
  /// thousand locks, which it shares with the app.
  package nonisolated func releasingLocks<Value: Sendable>(
    _ body: (PostgresConnection) async throws(PostgresError) -> Value
  ) async throws(PostgresError) -> Value {
    try await script("savepoint batch")
    let value = try await body(self)
    try await script("rollback to savepoint batch")
    return value
  }

  /// Ends a failed transaction. A lost session has ended it already.
  package nonisolated func rollBack() async {
    guard await isOpen else { return }
    do throws(PostgresError) {
      try await script("rollback")
    } catch {
      await close()
    }
  }
}
