import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import PostgresLink
import RunRecord

/// What a cutover would find now, and how long it would take. Finding out changes nothing: it goes on beside
/// a process that follows the sources.
package struct WindowForecast: Sendable {
  /// Rows that may differ, and the engines that have them.
  package var rows = 0
  package var engines = 0
  /// Engines that are not copied whole yet.
  package var uncopied: [String] = []
  /// Spaces to be published.
  package var rosters = 0
  /// Whether the sources are at rest.
  package var sources = SourcesAtRest()
  /// How long it would take; an estimate from the passes of this run.
  package var duration: Duration = .zero
}

extension WindowForecast {
  /// Reads the sources and the target.
  ///
  /// - Parameter ledger: may be open for reading alone.
  package init(
    ledger: Ledger, databases: DatabaseSettings, stop: StopSignal
  ) async throws {
    let settings = try await ledger.run().settings()
    let sessions = DatabaseSessions(
      databases: databases, names: .command("cutover"), owner: settings.owner, isReadOnly: true,
      stop: stop)
    async let _ = SilenceWatch(sessions).run()
    let open = try await OpenDatabases(sessions)
    try await DatabaseBinding(ledger: ledger, acceptsMoved: true)
      .refuseOthers(open.identities.fingerprints)
    guard try await RunTables(open.target).hasRun() else {
      throw RunError(
        .refused, "nothing is copied yet: the target has no schema orchestrator",
        hint: "Run `orchestrator resume`, which copies ahead.")
    }
    try await self.init(ledger: ledger, settings: settings, open: open)
    await open.close()
  }

  private init(ledger: Ledger, settings: RunSettings, open: OpenDatabases) async throws {
    let selected = try await EngineReader(accounts: open.accounts, shard: open.shard)
      .select(settings.engines).chosen
    let known = Dictionary(
      uniqueKeysWithValues: try await ledger.engines().map { ($0.slug, $0) })
    let engines = selected.compactMap { engine in
      known[engine.slug].map { MeasuredEngine(engine, $0) }
    }
    sources = try await SourcesAtRest(open, engines)
    let begun = ContinuousClock.now
    let movements = try await EngineMovements(
      of: engines, shard: open.shard, target: open.target)
    let look = ContinuousClock.now - begun
    let copied = movements.copied
    uncopied = selected.map(\.slug).filter { !copied.contains($0) }.sorted()
    rows = movements.candidates.values.reduce(0, +)
    self.engines = movements.candidates.count
    rosters = engines.count { known[$0.slug]?.state != .done }
    duration = WindowEstimate(passes: try await ledger.passes(), look: look)
      .duration(rows: rows, rosters: rosters)
  }
}

/// The length of a window, from what the run's passes have cost. Pure.
struct WindowEstimate {
  let passes: [PassRecord]
  /// The time of one look, just measured.
  let look: Duration

  /// A row's cost where no pass has measured any.
  private static let rowDefault = Duration.milliseconds(2)
  /// A roster's cost on a server that does nothing else, and the number that are written at a time.
  private static let roster = Duration.milliseconds(60)
  private static let rosterLanes = 4
  /// The round trips of a roster, each as long as a look at most.
  private static let rosterRoundTrips = 8

  func duration(rows: Int, rosters: Int) -> Duration {
    let measured = passes.filter { $0.rows > 0 }.suffix(10)
    let total = measured.reduce(0) { $0 + $1.rows }
    let spent = measured.reduce(Duration.zero) { $0 + $1.spent - $1.look }
    let row = total > 0 ? spent / total : Self.rowDefault
    let roster = Self.roster + min(look, .milliseconds(200)) * Self.rosterRoundTrips
    return look * 3 + row * rows + roster * rosters / Self.rosterLanes
  }
}
