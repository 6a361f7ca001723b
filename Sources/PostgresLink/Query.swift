/// One statement with the values bound to its `$1…`.
package struct SQLStatement: Sendable {
  package var sql: String
  package var values: [SQLValue]
  /// What it is for, in an error's text; empty for the operation that it is part of.
  package var operation: String

  package init(_ sql: String, _ values: [SQLValue] = [], operation: String = "") {
    self.sql = sql
    self.values = values
    self.operation = operation
  }
}

/// Statements, and how their answers are read: a question that can be asked alone, or together with others
/// in one round trip (``PostgresConnection/ask(_:operation:)``).
package struct Query<Value: Sendable>: Sendable {
  let statements: [SQLStatement]
  /// Takes the answers of its own statements, and no more.
  fileprivate let read: @Sendable (inout Answers) throws(PostgresError) -> Value

  fileprivate init(
    statements: [SQLStatement],
    read: @escaping @Sendable (inout Answers) throws(PostgresError) -> Value
  ) {
    self.statements = statements
    self.read = read
  }

  /// One statement.
  package init(
    _ sql: String, _ values: [SQLValue] = [], operation: String = "",
    read: @escaping @Sendable ([SQLRow]) throws(PostgresError) -> Value
  ) {
    self.init(
      statements: [SQLStatement(sql, values, operation: operation)]
    ) { answers throws(PostgresError) in
      try read(answers.next())
    }
  }

  /// Several statements, whose rows are read together.
  package init(
    _ statements: [SQLStatement],
    readAll: @escaping @Sendable ([[SQLRow]]) throws(PostgresError) -> Value
  ) {
    self.init(statements: statements) { answers throws(PostgresError) in
      try readAll(statements.map { _ in answers.next() })
    }
  }

  /// The answer, from the results of all statements.
  func value(of results: [SQLResult]) throws(PostgresError) -> Value {
    var answers = Answers(results: results[...])
    return try read(&answers)
  }

  /// The answer in another form.
  package func map<Other: Sendable>(
    _ change: @escaping @Sendable (Value) throws(PostgresError) -> Other
  ) -> Query<Other> {
    Query<Other>(statements: statements) { answers throws(PostgresError) in
      try change(try read(&answers))
    }
  }

  /// The same between other statements, whose answers are not looked at.
  package func between(_ before: [SQLStatement], _ after: [SQLStatement]) -> Query {
    Query(statements: before + statements + after) { answers throws(PostgresError) in
      for _ in before { _ = answers.next() }
      let value = try read(&answers)
      for _ in after { _ = answers.next() }
      return value
    }
  }
}

extension Query where Value == Void {
  /// Statements whose answers are not looked at.
  package init(_ statements: [SQLStatement]) {
    self.init(statements) { _ throws(PostgresError) in }
  }
}

extension Query where Value == [SQLRow] {
  /// One statement with the rows as they are.
  package init(_ sql: String, _ values: [SQLValue] = [], operation: String = "") {
    self.init(sql, values, operation: operation, read: { rows throws(PostgresError) in rows })
  }
}

/// Several questions as one.
package func together<each Part: Sendable>(
  _ parts: repeat Query<each Part>
) -> Query<(repeat each Part)> {
  var statements: [SQLStatement] = []
  for part in repeat each parts { statements += part.statements }
  return Query<(repeat each Part)>(statements: statements) { answers throws(PostgresError) in
    (repeat try (each parts).read(&answers))
  }
}

/// Several questions of one kind as one.
package func together<Part>(_ parts: [Query<Part>]) -> Query<[Part]> {
  Query<[Part]>(statements: parts.flatMap(\.statements)) { answers throws(PostgresError) in
    var values: [Part] = []
    for part in parts { values.append(try part.read(&answers)) }
    return values
  }
}

/// The answers to a question's statements, taken one after another.
private struct Answers {
  var results: ArraySlice<SQLResult>

  /// The rows of the next statement. Traps if there is none, which is a bug.
  mutating func next() -> [SQLRow] { results.removeFirst().rows }
}
