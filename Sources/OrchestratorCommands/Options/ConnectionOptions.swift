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

/// Where the two sources are.
struct SourceOptions: ParsableArguments {
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

  /// The identities' database, or the error that says where it may be given.
  func accountsSettings() throws -> ConnectionSettings {
    try ConnectionSource(
      name: "accounts", argument: accounts, file: accountsFile, variables: ["DB_ACCOUNTS"]
    ).settings()
  }

  /// The engines' database, likewise.
  func shardSettings() throws -> ConnectionSettings {
    try ConnectionSource(
      name: "shard", argument: shard, file: shardFile, variables: ["DB_SHARD"]
    ).settings()
  }
}

/// Where the three databases are.
struct ConnectionOptions: ParsableArguments {
  @OptionGroup var sources: SourceOptions
  @OptionGroup var target: TargetOptions

  /// All three, or the error that says which is missing and where it may be given.
  func settings() throws -> DatabaseSettings {
    DatabaseSettings(
      accounts: try sources.accountsSettings(), shard: try sources.shardSettings(),
      target: try target.settings())
  }
}
