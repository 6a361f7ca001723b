import ArgumentParser
import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

/// Settings that decide the result; fixed for the whole run.
struct ResultOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only these engines, by slug.", discussion: "Else MIGRATE_ENGINES, else every active one.",
      valueName: "a,b"))
  var engines: String?

  @Flag(help: "Skip engines of --engines that are not active or have no schema.")
  var allowSkipped = false

  @OptionGroup var pack: PackOptions

  @Option(
    help: ArgumentHelp(
      "Bytes of one memory chunk, 4kB or more (default: 8MiB).", valueName: "size"),
    transform: ByteCount.init(argument:))
  var chunkSize: ByteCount?

  @Flag(help: "Set aside, in full, the rows that the target refuses; copy the rest (M4).")
  var quarantine = false

  @Flag(help: "The sources are live: catch up, publish, and warn.")
  var rehearsal = false

  @Flag(help: "Leave pending invitations out.")
  var noInvitations = false

  @Option(help: ArgumentHelp("Role that owns everything that the run creates.", valueName: "role"))
  var owner: String?

  @OptionGroup var names: UserNameOptions

  @Option(
    help: ArgumentHelp(
      "Take the settings of the run in this ledger, such as a rehearsal's; options add to them.",
      valueName: "ledger"))
  var like: String?

  /// With smaller chunks a run spends its time on round trips.
  private static let chunkBytesMin = 4_000

  func validate() throws {
    guard chunkSize.map({ $0.bytes >= Self.chunkBytesMin }) ?? true else {
      throw ValidationError("--chunk-size must be 4kB or more.")
    }
  }

  /// The settings of the run in `--like`, or the defaults.
  func base() async throws -> (settings: RunSettings, tuning: RunTuning) {
    guard let like else { return (RunSettings(), RunTuning()) }
    let ledger = try Ledger.openReadOnly(at: like)
    let run = try await ledger.run()
    try ledger.close()
    return (try run.settings(), try run.tuning())
  }

  /// The base, changed by every option that is passed. Only `--rehearsal` and `--ahead` are never taken over.
  func settings(_ base: RunSettings, ahead: Bool = false) throws -> RunSettings {
    RunSettings(
      engines: try slugs(ProcessInfo.processInfo.environment) ?? base.engines,
      schemaPack: pack.folder ?? base.schemaPack,
      textSearch: pack.textSearch?.rawValue ?? base.textSearch,
      quarantines: quarantine || base.quarantines,
      includesInvitations: !noInvitations && base.includesInvitations, isRehearsal: rehearsal,
      isAhead: ahead,
      chunkBytes: chunkSize?.bytes ?? base.chunkBytes, owner: owner ?? base.owner,
      userNames: base.userNames.merging(try names.byIdentity()) { $1 })
  }

  /// Nil for all. An empty variable counts as not set.
  func slugs(_ environment: [String: String]) throws -> [String]? {
    let variable = environment["MIGRATE_ENGINES"].flatMap { $0.isEmpty ? nil : $0 }
    guard let text = engines ?? variable else { return nil }
    let slugs = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
    guard !slugs.isEmpty else {
      throw CommandError(
        .usage, "\(engines == nil ? "MIGRATE_ENGINES" : "--engines") names no engine",
        hint: "Pass slugs separated by commas, or leave the setting out.")
    }
    return slugs
  }
}
