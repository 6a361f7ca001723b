import JobModel
import OldModel
import Planning
import PostgresLink
import RunRecord
import SchemaPack

/// What the target is compared with: the operator's choices, and for those that were not made, the settings
/// of the run whose marks the target carries.
package struct BootExpectation {
  package let pack: SchemaPack
  /// Where the pack comes from, for people.
  package let packOrigin: String
  /// Whether the run was made with another content of the pack.
  package let packHasChanged: Bool
  package let owner: String?

  /// - Parameters:
  ///   - schemaPack: the folder of a pack; nil for that of the run, or else for the built-in one.
  ///   - textSearch: `bm25` or `gin`; nil for that of the run, or else `bm25`.
  ///   - owner: the role as which the app logs in; nil for the run's `--owner`.
  package init(
    target: PostgresConnection, schemaPack: String?, textSearch: String?, owner: String?
  ) async throws {
    let tables = RunTables(target)
    let run = try await tables.hasRun() ? try await tables.readBeginning() : nil
    let isChosen = schemaPack != nil || textSearch != nil
    let pack = try loadPack(
      folder: isChosen ? schemaPack : run?.settings.schemaPack,
      textSearch: textSearch ?? run?.settings.textSearch ?? TextSearch.bm25.rawValue)
    self.pack = pack
    packOrigin = isChosen ? "as given" : run == nil ? "by default" : "of the target's run"
    packHasChanged = run.map { $0.packHash != pack.hash } ?? false
    self.owner = owner ?? run?.settings.owner
  }
}
