import CLibPQ

extension Session {
  /// Sends all statements at once and returns their results: one round trip, however many they are. After an
  /// error the server runs none of those that follow. Where no transaction is open, they are one.
  ///
  /// After an error of the server the session can be used. The error has the number of the statements before
  /// the failed one, and its operation. A COPY ends the session.
  func pipeline(_ statements: [SQLStatement]) throws(PostgresError) -> [SQLResult] {
    guard PQenterPipelineMode(handle) == 1 else { throw lost() }
    var bytes = 0
    for statement in statements { bytes += try queue(statement.sql, statement.values) }
    line.sends(bytes)
    guard PQpipelineSync(handle) == 1 else { throw lost() }
    try flush()
    let results = try pipelineResults(of: statements)
    guard PQexitPipelineMode(handle) == 1 else { throw lost() }
    return try results.get()
  }

  /// Reads until the server is ready again. An error of a statement is returned; one that ends the session
  /// is thrown.
  private func pipelineResults(
    of statements: [SQLStatement]
  ) throws(PostgresError) -> Result<[SQLResult], PostgresError> {
    var results: [SQLResult] = []
    var failure: PostgresError?
    while true {
      do throws(PostgresError) {
        switch try nextAnswer() {
        case .result(let result): results.append(result)
        case .end, .skipped: continue
        case .ready: return failure.map { .failure($0) } ?? .success(results)
        case .copyIn, .copyOut: throw Self.strayCopy
        }
      } catch {
        var error = error
        error.completedStatements = results.count
        // An error at the very end is that of the transaction which the statements were.
        if results.count < statements.count {
          error.operation = statements[results.count].operation
        }
        if error.endsSession { throw error }
        failure = failure ?? error
      }
    }
  }
}
