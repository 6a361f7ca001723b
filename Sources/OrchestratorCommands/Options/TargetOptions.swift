import ArgumentParser
import OldModel
import PostgresLink
import RunRecord
import SchemaPack

/// The connection to the new database, for commands that read no source.
struct TargetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "New database: libpq URI or keyword string, without a password.",
      discussion: "Else DATABASE_URL, else DB_TARGET.", valueName: "connection"))
  var target: String?

  @Option(help: ArgumentHelp("File that holds the new database's connection.", valueName: "path"))
  var targetFile: String?

  func settings() throws -> ConnectionSettings {
    try ConnectionSource.target(argument: target, file: targetFile).settings()
  }
}
