import JobModel
import Ledger
import Mapping
import RunRecord
import Runs

/// Where a run writes, and with which settings: people have more than one ledger and more than one target.
struct RunPlace {
  /// `host:port/database`; nil if the run was never bound to a target.
  var target: String?
  var settings: RunSettings?

  init(_ snapshot: LedgerSnapshot) {
    target = snapshot.databases[.target]?.address
    settings = try? snapshot.run.settings()
  }

  init(_ ledger: Ledger) async throws {
    target = try await ledger.fingerprints()[.target]?.address
    settings = try await ledger.run().settings()
  }

  /// `target db:5432/app (text search bm25, chunks of 8.4 MB)`.
  var text: String {
    let place = ["target", target].compactMap { $0 }.joined(separator: " ")
    return settings.map { "\(place) (\($0.phrase))" } ?? place
  }
}

extension RunSettings {
  /// What decides the result; of the settings that were left alone, only the two that always matter.
  var phrase: String {
    var parts = ["text search \(textSearch)", "chunks of \(Figures.bytes(chunkBytes))"]
    if isRehearsal { parts.append("rehearsal") }
    if let engines { parts.append("engines \(Figures.list(engines))") }
    if let schemaPack { parts.append("schema pack \(schemaPack)") }
    if let owner { parts.append("owner \(owner)") }
    if quarantines { parts.append("refused rows set aside") }
    if !includesInvitations { parts.append("no invitations") }
    if !userNames.isEmpty { parts.append(Figures.count(userNames.count, "name") + " given") }
    return parts.joined(separator: ", ")
  }
}
