import JobModel
import Migration
import PostgresLink

/// Opens sessions for a command that only looks: each server sees them under the name
/// `orchestrator/<command>`, which no run will take for its own.
struct Lookout {
  let command: String
  let stop: StopSignal

  func open(
    _ settings: ConnectionSettings, _ side: SessionSide
  ) async throws(PostgresError) -> PostgresConnection {
    try await PostgresConnection.open(
      settings, side: side, applicationName: "orchestrator/\(command)", stop: stop)
  }
}
