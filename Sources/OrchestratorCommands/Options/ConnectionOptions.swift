import ArgumentParser
import Databases
import Foundation
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

/// The connections to the two sources.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Identities' database: libpq URI or keyword string, without a password.",
      discussion: "Else DB_ACCOUNTS.", valueName: "connection"))
  var accounts: String?

  @Option(
    help: ArgumentHelp(
      "Engines' database, in the same form.", discussion: "Else DB_SHARD.", valueName: "connection")
  )
  var shard: String?

  @Option(help: ArgumentHelp("File that holds the identities' connection.", valueName: "path"))
  var accountsFile: String?

  @Option(help: ArgumentHelp("File that holds the engines' connection.", valueName: "path"))
  var shardFile: String?

  /// The identities' database. The error names the places where it can be set.
  func accountsSettings() throws -> ConnectionSettings {
    try ConnectionSource(
      name: "accounts", argument: accounts, file: accountsFile, variables: ["DB_ACCOUNTS"]
    ).settings()
  }

  /// The engines' database. The error names the places where it can be set.
  func shardSettings() throws -> ConnectionSettings {
    try ConnectionSource(
      name: "shard", argument: shard, file: shardFile, variables: ["DB_SHARD"]
    ).settings()
  }
}

/// The connections to the three databases.
struct ConnectionOptions: ParsableArguments {
  @OptionGroup var sources: SourceOptions
  @OptionGroup var target: TargetOptions

  /// All three. The error names the missing one and the places where it can be set.
  func settings() throws -> DatabaseSettings {
    DatabaseSettings(
      accounts: try sources.accountsSettings(), shard: try sources.shardSettings(),
      target: try target.settings())
  }
}
