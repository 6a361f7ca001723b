import ArgumentParser
import Runs

/// `orchestrator explain`: what a rule of the mapping says.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what a rule means, by the id that warnings and errors cite.",
    discussion: """
      Without an id, lists every rule.

      EXAMPLE
        orchestrator explain R8

      \(ExitStatus.help)
      """)

  @Argument(help: ArgumentHelp("Ids such as R8 or M4.", valueName: "rule"))
  var rules: [String] = []

  func run() throws {
    let book = RuleBook()
    let chosen = try rules.map { id in
      guard let entry = book[id] else {
        throw CommandError(
          .usage, "there is no rule \(id)",
          hint: "The rules are \(book.entries.map(\.id).joined(separator: ", ")).")
      }
      return entry
    }
    for entry in chosen.isEmpty ? book.entries : chosen {
      Terminal.say("\(entry.id): \(entry.text)")
    }
  }
}
