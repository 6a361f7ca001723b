import ArgumentParser
import Foundation
import Migration

/// Settings that decide the result; fixed for the whole run.
struct ResultOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only these engines, by slug.", discussion: "Else MIGRATE_ENGINES, else every active one.",
      valueName: "a,b"))
  var engines: String?

  @OptionGroup var pack: PackOptions

  @Option(help: ArgumentHelp("Bytes of one memory chunk.", valueName: "size"))
  var chunkSize = ByteCount(bytes: 8 << 20)

  @Flag(help: "Set rows aside that the target refuses, whole, and copy the rest (M4).")
  var quarantine = false

  @Flag(help: "The sources are live: drift is repaired and warned of, and published.")
  var rehearsal = false

  @Flag(help: "Leave pending invitations out.")
  var noInvitations = false

  @Option(help: ArgumentHelp("Role that is to own everything created.", valueName: "role"))
  var owner: String?

  @Option(
    help: ArgumentHelp(
      "Name of a user whose email cannot be one; repeatable.", valueName: "identity id=name"))
  var userName: [String] = []

  func settings() throws -> RunSettings {
    let named = engines ?? ProcessInfo.processInfo.environment["MIGRATE_ENGINES"]
    let slugs = named.map { text in
      text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty }
    }
    if let slugs, slugs.isEmpty {
      throw CommandError(
        .usage, "--engines names no engine",
        hint: "Give slugs separated by commas, or leave it out.")
    }
    return RunSettings(
      engines: slugs, schemaPack: pack.folder,
      textSearch: pack.textSearch.rawValue, quarantines: quarantine,
      includesInvitations: !noInvitations, isRehearsal: rehearsal,
      chunkBytes: chunkSize.bytes, owner: owner, userNames: try userNames())
  }

  private func userNames() throws -> [String: String] {
    var names: [String: String] = [:]
    for text in userName {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let id = UUID(uuidString: parts[0]), !parts[1].isEmpty else {
        throw CommandError(
          .usage, "--user-name takes <identity id>=<name>", hint: "The id is the identity's uuid.")
      }
      names[id.uuidString.lowercased()] = parts[1]
    }
    return names
  }
}
