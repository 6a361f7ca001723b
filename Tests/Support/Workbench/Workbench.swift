import ArgumentParser

/// Local servers and production-shaped sources, for people, the demo and the Makefile.
@main
struct Workbench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workbench",
    abstract: "Local servers and production-shaped sources to try the orchestrator on.",
    subcommands: [
      Up.self, Down.self, Env.self, Psql.self, Sources.self, Hash.self, Compare.self,
      FreshTarget.self,
      Demo.self,
    ])
}
