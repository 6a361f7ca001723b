import Databases
import JobModel
import Mapping
import PostgresLink

/// Checks after provisioning whether the pack's schemas would lose a column, or require one that a run
/// does not fill. Columns that only have another name are handled where they are used.
package struct PackRequirements {
  package let target: PostgresConnection

  /// Checks `auth` and `core`: the tables that a run writes directly, and the functions that build
  /// rosters, by name and argument types.
  package func checkControlPlane() async throws {
    try await refuseUnfilled(
      "auth", "users", ["id", "email", "name", "email_verified", "created_at", "updated_at"])
    try await refuseUnfilled(
      "auth", "accounts", ["user_id", "provider_id", "account_id", "created_at", "updated_at"])
    let sessions = try await columns(of: "auth", "sessions", on: target)
    // Without token_hash no session is written (I3).
    if sessions["token_hash"] != nil {
      try await refuseUnfilled(
        "auth", "sessions", ["user_id", "token_hash", "expires_at", "created_at"])
    }
    let missing = try await target.query(SQL.packMissingFunctions)
    guard missing.isEmpty else {
      let names = try missing.map { try $0.text("signature") }.joined(separator: ", ")
      throw JobFailure(
        fate: .failEngine,
        message: "the schema pack's core lacks functions that rosters need: \(names)",
        hint: "Use a release of orchestrator that knows this release of the app.")
    }
  }

  /// Checks a space's `memory`: every column that a run does not write must have a default.
  package func checkMemory(_ schema: String) async throws {
    let columns = try await columns(of: schema, "memory", on: target)
    try await refuseUnfilled(schema, "memory", MemoryColumns.names(in: columns))
  }

  /// Throws an error that names the columns that nothing fills: not null, without a default, in a table
  /// without an insert trigger.
  private func refuseUnfilled(_ schema: String, _ table: String, _ written: [String]) async throws {
    let rows = try await target.query(
      SQL.packUnfilledColumns, [.text(schema), .text(table), .textArray(written)])
    guard !rows.isEmpty else { return }
    let names = try rows.map { "\(schema).\(table).\(try $0.text("name"))" }.joined(separator: ", ")
    throw JobFailure(
      fate: .failEngine,
      message:
        "the schema pack has columns that this release cannot fill: \(names) (not null, without "
        + "a default or an insert trigger)",
      hint: "Use a release of orchestrator that knows this release of the app.")
  }

  package init(target: PostgresConnection) {
    self.target = target
  }
}
