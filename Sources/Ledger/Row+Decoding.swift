import Foundation
import GRDB
import JobModel

extension UUID {
  /// The text of an id in every column: lower case, so that equal ids are equal texts.
  var text: String { uuidString.lowercased() }
}

/// Throws for a value that this version of the schema cannot hold: another program changed the file.
func decoded<T>(_ text: String?, _ column: String, _ decode: (String) -> T?) throws -> T {
  guard let value = text.flatMap(decode) else {
    throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "unreadable value in \(column)")
  }
  return value
}

/// Like `decoded`, for columns that may be null.
func decodedIfAny<T>(_ text: String?, _ column: String, _ decode: (String) -> T?) throws -> T? {
  guard let text else { return nil }
  return try decoded(text, column, decode)
}

extension Row {
  func time(_ column: String) -> Date? {
    (self[column] as Int64?).map { Date(microseconds: $0) }
  }
}

extension LedgerRun {
  init(row: Row) throws {
    identity = NewRun(
      id: try decoded(row["run_id"], "run.run_id", UUID.init(uuidString:)),
      toolVersion: row["tool_version"], packHash: row["pack_hash"],
      resultSettings: row["result_settings_json"], tuningSettings: row["tuning_settings_json"])
    epoch = row["epoch"]
    state = try decoded(row["state"], "run.state", RunState.init)
    createdAt = Date(microseconds: row["created_at"])
    seenAt = Date(microseconds: row["seen_at"])
    worked = .microseconds(row["worked"] as Int64)
  }
}

extension EngineRecord {
  init(row: Row) throws {
    self.init(
      slug: row["slug"], id: try decodedIfAny(row["id"], "engine.id", UUID.init(uuidString:)),
      name: row["name"], language: row["language"], dimensions: row["dimensions"],
      state: try decoded(row["state"], "engine.state", EngineState.init), reason: row["reason"],
      expectedRows: row["expected_rows"], expectedBytes: row["expected_bytes"])
  }
}

extension Job {
  init(row: Row) throws {
    self.init(
      name: try decoded(row["name"], "job.name", { JobName($0) }), generation: row["generation"],
      range: IDRange(
        lo: try decodedIfAny(row["lo"], "job.lo", UUID.init(uuidString:)),
        hi: try decodedIfAny(row["hi"], "job.hi", UUID.init(uuidString:))),
      expectedRows: row["expected_rows"], expectedBytes: row["expected_bytes"])
  }
}

extension JobRecord {
  /// Reads a row of `job` joined with its `progress`.
  static let columns = """
    job.*, progress.rows AS progress_rows, progress.bytes AS progress_bytes, progress.phase,
    progress.percent
    """

  init(row: Row) throws {
    job = try Job(row: row)
    state = try decoded(row["state"], "job.state", JobState.init)
    attempts = row["attempts"]
    rows = row["rows"]
    bytes = row["bytes"]
    lane = row["lane"]
    startedAt = row.time("started_at")
    finishedAt = row.time("finished_at")
    failure = RecordedFailure(row: row)
    progress = (row["progress_rows"] as Int?).map {
      JobProgress(
        rows: $0, bytes: row["progress_bytes"] ?? 0, phase: row["phase"], percent: row["percent"])
    }
  }
}

extension RecordedFailure {
  init?(row: Row) {
    guard let message: String = row["error_message"] else { return nil }
    self.init(sqlState: row["error_sqlstate"], message: message, hint: row["error_hint"])
  }
}

extension LedgerEvent {
  init(row: Row) throws {
    at = Date(microseconds: row["at"])
    epoch = row["epoch"]
    kind = try decoded(row["kind"], "event.kind", Kind.init)
    engine = row["engine"]
    job = try decodedIfAny(row["job"], "event.job", { JobName($0) })
    generation = row["generation"]
    rows = row["rows"]
    bytes = row["bytes"]
    detail = row["detail"]
  }
}
