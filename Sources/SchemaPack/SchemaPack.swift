import Digest
import Foundation

/// A release of the app's own migrations, which create the target's schemas, and which the app runs again
/// at every boot.
///
/// Layout, for each part: `<part>/version.ts` (or `version`), `<part>/migrate/provision.sql`,
/// `<part>/migrate/incremental/*.sql`, `<part>/migrate/idempotent/*.sql`; optionally for all of
/// them `migrate/function_signature.sql`. Other files are ignored. A file `name.bm25.sql` or
/// `name.gin.sql` is read as `name.sql` with that text search, and ignored with the other.
package struct SchemaPack: Sendable {
  /// `built-in`, or the folder.
  package let name: String
  package let textSearch: TextSearch
  /// SHA-256 over the paths and contents of every file of the pack, in hexadecimal.
  package let hash: String
  /// Whether a file is meant for this text search alone. Otherwise the pack is the same with each.
  let knowsTextSearch: Bool

  let functionSignature: PackFile?
  private let auth: PackPartFiles
  private let core: PackPartFiles
  private let space: PackPartFiles

  /// The pack in the binary.
  package static func builtIn(textSearch: TextSearch = .bm25) throws(PackError) -> SchemaPack {
    let files = BuiltInPack.all.map { PackFile(path: $0.path, text: $0.text) }
    return try SchemaPack(name: "built-in", files: files, textSearch: textSearch)
  }

  /// The pack in a folder. Throws `incomplete`, with the reason, if the folder is no pack.
  package init(folder: URL, textSearch: TextSearch = .bm25) throws(PackError) {
    let files = try PackFolder(url: folder).files()
    try self.init(name: folder.path(percentEncoded: false), files: files, textSearch: textSearch)
  }

  init(name: String, files: [PackFile], textSearch: TextSearch) throws(PackError) {
    knowsTextSearch = files.contains { file in
      TextSearch.allCases.contains { file.path.hasSuffix(".\($0.rawValue).sql") }
    }
    let files = files.compactMap { $0.variant(for: textSearch) }
      .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let reader = PackReader(name: name, files: files)
    self.name = name
    self.textSearch = textSearch
    functionSignature = files.first { $0.path == "migrate/function_signature.sql" }
    auth = try reader.part(.auth)
    core = try reader.part(.core)
    space = try reader.part(.space)
    hash = Self.hash(of: files)
  }

  /// The version that a schema carries after the part has run.
  package func version(of part: PackPart) -> PackVersion { files(of: part).version }

  func files(of part: PackPart) -> PackPartFiles {
    switch part {
    case .auth: auth
    case .core: core
    case .space: space
    }
  }

  /// Each path and content is preceded by its length, so that different packs give different hashes.
  private static func hash(of files: [PackFile]) -> String {
    let text = files.flatMap { [$0.path, $0.text] }.map { "\($0.utf8.count):\($0)" }.joined()
    return SHA256.hexadecimal(of: text.utf8)
  }
}

extension PackFile {
  /// The file for a text search; nil if it is meant for the other one.
  fileprivate func variant(for textSearch: TextSearch) -> PackFile? {
    for variant in TextSearch.allCases where path.hasSuffix(".\(variant.rawValue).sql") {
      guard variant == textSearch else { return nil }
      return PackFile(path: String(path.dropLast(variant.rawValue.count + 5)) + ".sql", text: text)
    }
    return self
  }
}
