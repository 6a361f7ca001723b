import Databases
import JobModel
import Mapping
import PostgresLink

/// Every column that is read from the sources, with its type.
package struct SourceColumns: Sendable {
  package struct Column: Hashable, Sendable {
    var table: String
    var name: String
    /// The type's own name; an array's begins with `_`.
    var type: String
  }

  package let columns: [Column]
  /// Tables whose columns are all copied, except those that are dropped on purpose. Any other column would be
  /// lost silently.
  private let copiedWhole: [String]
  private let leftBehind: [String]

  private init(
    _ tables: KeyValuePairs<String, KeyValuePairs<String, String>>, copiedWhole: [String] = [],
    leftBehind: [String] = []
  ) {
    self.copiedWhole = copiedWhole
    self.leftBehind = leftBehind
    columns = tables.flatMap { table, columns in
      columns.map { Column(table: table, name: $0, type: $1) }
    }
  }

  /// The columns of the schema `accounts`.
  package static let accounts = SourceColumns([
    "identity": ["id": "uuid", "email": "citext", "name": "text", "created_at": "timestamptz"],
    "oauth_account": [
      "id": "uuid", "identity_id": "uuid", "provider": "text", "provider_account_id": "text",
      "created_at": "timestamptz",
    ],
    "session": [
      "id": "uuid", "identity_id": "uuid", "token_hash": "bytea", "expires_at": "timestamptz",
      "created_at": "timestamptz",
    ],
    "org_member": [
      "org_id": "uuid", "identity_id": "uuid", "role": "text", "created_at": "timestamptz",
    ],
    "engine": [
      "id": "uuid", "org_id": "uuid", "slug": "text", "name": "text", "status": "text",
      "language": "text",
    ],
    "invitation": [
      "id": "uuid", "org_id": "uuid", "email": "citext", "role": "text", "invited_by": "uuid",
      "expires_at": "timestamptz", "accepted_at": "timestamptz",
    ],
  ])

  /// The columns of the schema `accounts` that only the survey reads: a run reads no org.
  package static let orgs = SourceColumns(["org": ["id": "uuid"]])

  /// The columns of every engine's schema.
  package static let engine = SourceColumns(
    [
      "memory": [
        "id": "uuid", "meta": "jsonb", "tree": "ltree", "temporal": "tstzrange", "content": "text",
        "embedding": "halfvec", "embedding_version": "int4", "created_at": "timestamptz",
        "updated_at": "timestamptz",
      ],
      "user": [
        "id": "uuid", "name": "citext", "identity_id": "uuid", "can_login": "bool",
        "superuser": "bool",
      ],
      "tree_owner": ["tree_path": "ltree", "user_id": "uuid"],
      "tree_grant": [
        "id": "uuid", "user_id": "uuid", "tree_path": "ltree", "actions": "_text",
        "with_grant_option": "bool",
      ],
      "role_membership": ["role_id": "uuid", "member_id": "uuid", "with_admin_option": "bool"],
    ], copiedWhole: ["memory"], leftBehind: MemoryColumns.dropped)
}

/// Something that keeps this role from reading a source, or from reading all of it.
package struct SourceGap: Hashable, Sendable {
  package enum Problem: String, Sendable {
    /// The table or the column does not exist.
    case missing
    case type
    /// An unknown column, which would be lost.
    case unknown
    case privilege
    /// A row-level security policy hides rows of the table from this role.
    case filtered
  }

  package var schema: String
  package var problem: Problem
  /// The problem, with table and column but without the schema.
  package var message: String

  /// What to do about it.
  package var remedy: String {
    switch problem {
    case .missing, .type, .unknown:
      "Use a source with the schema that this tool reads: the old app's server/v0.2.5."
    case .privilege:
      "Grant the role USAGE on the schema and SELECT on its tables."
    case .filtered:
      "Row-level security filters what this role sees. Connect as the owner of the tables, or as "
        + "its superuser: ALTER ROLE … BYPASSRLS."
    }
  }
}

extension SourceColumns {
  /// The gaps of these columns in all of the schemas, in one round trip.
  package func gaps(
    in schemas: [String], on source: PostgresConnection
  ) async throws(PostgresError) -> [SourceGap] {
    let rows = try await source.query(
      SQL.shardColumns,
      [
        .textArray(schemas), .textArray(columns.map(\.table)), .textArray(columns.map(\.name)),
        .textArray(columns.map(\.type)), .textArray(copiedWhole), .textArray(leftBehind),
      ], operation: "checking the columns that are read")
    var gaps: [SourceGap] = []
    for row in rows { gaps.append(try SourceGap(row)) }
    return gaps
  }
}

extension SourceColumns {
  /// The gaps of the schema `accounts`.
  package static func accountsGaps(
    on source: PostgresConnection
  ) async throws(PostgresError) -> [SourceGap] {
    let schemas = try await source.query(
      "select from pg_catalog.pg_namespace where nspname = 'accounts'")
    guard !schemas.isEmpty else {
      return [
        SourceGap(schema: "accounts", problem: .missing, message: "the schema does not exist")
      ]
    }
    return try await accounts.gaps(in: ["accounts"], on: source)
  }
}

extension SourceGap {
  fileprivate init(_ row: SQLRow) throws(PostgresError) {
    guard let problem = Problem(rawValue: try row.text("problem")) else {
      throw PostgresError(kind: .protocolViolation, message: "a problem of an unknown kind")
    }
    schema = try row.text("schema")
    self.problem = problem
    let table = try row.text("table_name")
    let name = row["column_name"]
    let column = "\(table).\(name ?? "")"
    switch problem {
    case .missing:
      message = name == nil ? "there is no table \(table)" : "there is no column \(column)"
    case .type:
      message =
        "column \(column) is \(try row.text("found_type")) and must be "
        + (try row.text("expected_type"))
    case .unknown: message = "column \(column) is unknown and would be lost"
    case .privilege: message = "this role may not read column \(column)"
    case .filtered: message = "a policy hides rows of \(table) from this role"
    }
  }
}
