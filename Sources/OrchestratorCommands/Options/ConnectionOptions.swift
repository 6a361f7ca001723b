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

  @Option(help: ArgumentHelp("File that holds the identities' connection.", valueName: "path"))
  var accountsFile: String?

  @Option(help: ArgumentHelp("File that holds the engines' connection.", valueName: "path"))
  var shardFile: String?

  @OptionGroup var target: TargetOptions

  /// All three, or the error that says which is missing and where it may be given.
  func settings() throws -> DatabaseSettings {
    DatabaseSettings(
      accounts: try ConnectionSource(
        name: "accounts", argument: accounts, file: accountsFile, variables: ["DB_ACCOUNTS"]
      ).settings(),
      shard: try ConnectionSource(
        name: "shard", argument: shard, file: shardFile, variables: ["DB_SHARD"]
      ).settings(),
      target: try target.settings())
  }
}
