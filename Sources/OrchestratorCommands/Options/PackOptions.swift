import ArgumentParser
import Foundation
import JobModel
import Mapping
import PostgresLink
import RunRecord
import Runs
import SchemaPack

/// The schema pack, and its text search.
struct PackOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of an app release's own migrations; default: the built-in pack.", valueName: "folder")
  )
  var schemaPack: String?

  @Option(
    help: ArgumentHelp(
      "bm25 (needs pg_textsearch) or gin (the server's own); default: bm25.",
      valueName: "bm25|gin"))
  var textSearch: TextSearchArgument?

  /// The folder's absolute path, so that a resume from elsewhere finds it.
  var folder: String? { schemaPack.map { URL(filePath: $0).path } }
}

/// The ranking of memories by their words.
enum TextSearchArgument: String, ExpressibleByArgument, CaseIterable {
  case bm25, gin
}
