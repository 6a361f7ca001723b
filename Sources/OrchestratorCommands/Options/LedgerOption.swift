import ArgumentParser
import Databases
import Foundation
import Mapping
import OldModel
import Runs
import SchemaPack

/// The place of the run's ledger.
struct LedgerOption: ParsableArguments {
  @Option(
    name: .customLong("ledger"),
    help: ArgumentHelp(
      "The run's ledger, a local file.",
      discussion: "Else ORCHESTRATOR_LEDGER, else ./orchestrator.ledger.", valueName: "path"))
  var argument: String?

  private static let defaultPath = "orchestrator.ledger"

  var path: String { argument ?? Self.path(in: ProcessInfo.processInfo.environment) }

  /// An empty variable counts as not set.
  static func path(in environment: [String: String]) -> String {
    environment["ORCHESTRATOR_LEDGER"].flatMap { $0.isEmpty ? nil : $0 } ?? defaultPath
  }

  /// The option as the next command needs it; empty if that command finds the ledger without it.
  var repeated: String { argument.map { " --ledger " + Self.quoted($0) } ?? "" }

  /// Quoted so that a shell reads one word.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.wholeMatch(of: /[A-Za-z0-9_.\/:@%+=,-]+/) != nil
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  func validate() throws {
    guard !path.isEmpty else { throw ValidationError("--ledger names no file.") }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw ValidationError(
        "The ledger \(path) is a directory. Name a file in it: --ledger \(path)/saturday.ledger")
    }
  }
}

/// A command that reads or writes a run's ledger.
protocol LedgerCommand {
  var ledger: LedgerOption { get }
}

extension StartCommand: LedgerCommand {}
extension ResumeCommand: LedgerCommand {}
extension CutoverCommand: LedgerCommand {}
extension StopCommand: LedgerCommand {}
extension StatusCommand: LedgerCommand {}
extension VerifyCommand: LedgerCommand {}
extension ResetCommand: LedgerCommand {}
extension FinishCommand: LedgerCommand {}
