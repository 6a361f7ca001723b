import Databases
import Foundation

/// Asks before something is done that cannot be undone.
struct Confirmation {
  /// `--yes`.
  let isGiven: Bool
  let command: String

  /// Returns when the answer is yes.
  func ask(_ question: String, otherwise: String) throws {
    guard !isGiven else { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw CommandError(
        .usage, "\(command) asks first, and nobody is there to answer",
        hint: "In a script say --yes.")
    }
    Terminal.say("\(question) Type yes and press return.")
    guard readLine() == "yes" else {
      throw CommandError(.usage, otherwise, hint: "Type yes to go on.")
    }
  }
}
