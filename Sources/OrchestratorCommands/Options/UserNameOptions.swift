import ArgumentParser
import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import PostgresLink

/// I6: names for identities whose email cannot serve as a principal's name.
struct UserNameOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Principal name for an identity whose email cannot serve as one (it contains '/'); repeatable.",
      valueName: "identity id=name"))
  var userName: [String] = []

  /// By identity id, in lower case.
  func byIdentity() throws -> [String: String] {
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
