import ArgumentParser
import Foundation
import Migration
import PostgresLink

/// Where the three databases are.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Identities' database: libpq URI or keyword string, without a password.",
      discussion: "Else DB_ACCOUNTS.", valueName: "connection"))
  var accounts: String?

  @Option(
    help: ArgumentHelp(
      "Engines' database, likewise.", discussion: "Else DB_SHARD.", valueName: "connection"))
  var shard: String?

  @Option(
    help: ArgumentHelp(
      "New database, likewise.", discussion: "Else DATABASE_URL, else DB_TARGET.",
      valueName: "connection"))
  var target: String?

  @Option(help: ArgumentHelp("File that holds the identities' connection.", valueName: "path"))
  var accountsFile: String?

  @Option(help: ArgumentHelp("File that holds the engines' connection.", valueName: "path"))
  var shardFile: String?

  @Option(help: ArgumentHelp("File that holds the new database's connection.", valueName: "path"))
  var targetFile: String?

  /// All three, or the error that says which is missing and where it may be given.
  func settings() throws -> DatabaseSettings {
    DatabaseSettings(
      accounts: try setting("accounts", accounts, accountsFile, ["DB_ACCOUNTS"]),
      shard: try setting("shard", shard, shardFile, ["DB_SHARD"]),
      target: try targetSettings())
  }

  /// The target alone, for the commands that read no source.
  func targetSettings() throws -> ConnectionSettings {
    try setting("target", target, targetFile, ["DATABASE_URL", "DB_TARGET"])
  }

  private func setting(
    _ name: String, _ argument: String?, _ file: String?, _ variables: [String]
  ) throws -> ConnectionSettings {
    if let argument {
      let settings = try ConnectionSettings(name: name, connectionString: argument)
      guard !settings.carriesPassword else {
        throw CommandError(
          .usage, "--\(name) holds a password, which everyone on this machine can read there",
          hint: "Put the password into PGPASSFILE (~/.pgpass) or a service file, or the whole "
            + "connection into \(variables[0]) or a file for --\(name)-file.")
      }
      return settings
    }
    if let file { return try ConnectionSettings(name: name, connectionString: try read(file, name)) }
    let environment = ProcessInfo.processInfo.environment
    for variable in variables {
      guard let value = environment[variable], !value.isEmpty else { continue }
      return try ConnectionSettings(name: name, connectionString: value)
    }
    throw CommandError(
      .usage, "no connection is given for \(name)",
      hint: "Set \(variables[0]), or give --\(name) or --\(name)-file.")
  }

  private func read(_ file: String, _ name: String) throws -> String {
    do {
      return try String(contentsOfFile: file, encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw CommandError(
        .usage, "the file \(file) of --\(name)-file cannot be read",
        hint: "It holds one line: a libpq URI or keyword string.")
    }
  }
}
