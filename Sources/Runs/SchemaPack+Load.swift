import Foundation
import JobModel
import Mapping
import PostgresLink
import RunRecord
import SchemaPack

/// The pack in a folder, or the built-in one.
///
/// - Parameter textSearch: `bm25` or `gin`.
package func loadPack(folder: String?, textSearch: String) throws -> SchemaPack {
  guard let textSearch = TextSearch(rawValue: textSearch) else {
    throw RunError(.usage, "there is no text search \(textSearch)", hint: "It is bm25 or gin.")
  }
  guard let folder else { return try SchemaPack.builtIn(textSearch: textSearch) }
  return try SchemaPack(
    folder: URL(filePath: folder, directoryHint: .isDirectory), textSearch: textSearch)
}
