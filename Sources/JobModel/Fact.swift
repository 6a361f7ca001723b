import Digest

/// A result of a job that must not get lost between its commits in the target and in the ledger. The target
/// holds it in `orchestrator.fact`, and the ledger keeps a copy.
package struct Fact: Hashable, Sendable {
  /// The subject of a fact; the raw value is stored.
  package enum Kind: String, Codable, Sendable {
    /// An index of the memories with which the space was provisioned. If the load dropped it, the plan has a
    /// job for it. Key: the index's name. Value: ``NotedIndex``.
    case index
    /// The target's columns for the source's. Key: `memory`.
    case columns
    /// A ``MigrationWarning``. Key: rule, row and message, or a digest of them where they are long.
    case warning
    /// An agent that this run created. Key: its id; the engine is the one that created it.
    case agent
    /// The space as published. Key: its id.
    case space
    /// I6: the principal name that `resume --user-name` gave. Key: the identity's id.
    case userName
    /// A grant that gives more than before (R8). Key: the grant's id.
    case widened
  }

  /// The slug; nil for the control plane.
  package var engine: String?
  package var kind: Kind
  package var key: String
  package var job: JobName
  /// JSON.
  package var value: String

  /// - Parameter value: JSON.
  package init(engine: String?, kind: Kind, key: String, job: JobName, json value: String) {
    self.engine = engine
    self.kind = kind
    self.key = key
    self.job = job
    self.value = value
  }

  /// A fact whose value is encoded as JSON.
  package init(engine: String?, kind: Kind, key: String, job: JobName, value: some Encodable) {
    self.init(engine: engine, kind: kind, key: key, job: job, json: encodeJSON(value))
  }

  /// The decoded value. Throws `DecodingError` if it has another form.
  package func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try decodeJSON(type, value)
  }
}

extension Fact {
  /// A warning, kept together with its job's work.
  package init(_ warning: MigrationWarning, job: JobName) {
    self.init(
      engine: warning.engine, kind: .warning,
      key: Self.key(of: warning), job: job, value: warning)
  }

  /// The same for the same warning, and short: the target's index takes no key of more than 2.7 kB.
  private static func key(of warning: MigrationWarning) -> String {
    let key = "\(warning.rule)/\(warning.row ?? "")/\(warning.message)"
    guard key.utf8.count > keyBytesMax else { return key }
    return "\(warning.rule)/sha256:\(SHA256.hexadecimal(of: key.utf8))"
  }

  private static let keyBytesMax = 1_000

  /// The warning that this fact keeps; nil for facts of other kinds.
  package func warning() throws -> MigrationWarning? {
    guard kind == .warning else { return nil }
    var warning = try decoded(MigrationWarning.self)
    warning.engine = engine
    return warning
  }
}

extension Collection<Fact> {
  /// I6: the names that resumes passed, by identity id.
  package func userNames() throws -> [String: String] {
    var names: [String: String] = [:]
    for fact in self where fact.kind == .userName {
      names[fact.key] = try fact.decoded(String.self)
    }
    return names
  }
}

/// An index with which the space was provisioned: the value of an index fact.
package struct NotedIndex: Codable, Hashable, Sendable {
  /// The access method: `hnsw`, `gin`, …
  package var method: String
  /// The text of `pg_get_indexdef` with an empty search path.
  package var definition: String

  package init(method: String, definition: String) {
    self.method = method
    self.definition = definition
  }
}
