import Digest
import Foundation

/// A release of the app's own migrations: what makes the schemas of the target, and what the app runs
/// again at every boot.
///
/// Layout, for each part: `<part>/version.ts` (or `version`), `<part>/migrate/provision.sql`,
/// `<part>/migrate/incremental/*.sql`, `<part>/migrate/idempotent/*.sql`; for all of them, if there,
/// `migrate/function_signature.sql`. Other files do not matter. A file `name.bm25.sql` or
/// `name.gin.sql` is read as `name.sql` where that is the text search, else not at all.
package struct SchemaPack: Sendable {
  /// `built-in`, or the folder.
  package let name: String
  package let textSearch: TextSearch
  /// SHA-256 over the paths and contents of every file that matters, in hexadecimal.
  package let hash: String

  let functionSignature: PackFile?
  private let auth: PackPartFiles
  private let core: PackPartFiles
  private let space: PackPartFiles

  /// The pack that is in the binary.
  package static func builtIn(textSearch: TextSearch = .bm25) throws(PackError) -> SchemaPack {
    let files = BuiltInPack.all.map { PackFile(path: $0.path, text: $0.text) }
    return try SchemaPack(name: "built-in", files: files, textSearch: textSearch)
  }

  /// The pack in a folder. Throws `incomplete`, with the reason, when it is none.
  package init(folder: URL, textSearch: TextSearch = .bm25) throws(PackError) {
    let files = try PackFolder(url: folder).files()
    try self.init(name: folder.path(percentEncoded: false), files: files, textSearch: textSearch)
  }

  init(name: String, files: [PackFile], textSearch: TextSearch) throws(PackError) {
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

  /// Paths and contents are told apart by their lengths, so that no two packs read alike.
  private static func hash(of files: [PackFile]) -> String {
    let text = files.flatMap { [$0.path, $0.text] }.map { "\($0.utf8.count):\($0)" }.joined()
    return SHA256.hexadecimal(of: text.utf8)
  }
}

extension PackFile {
  /// The file as it counts for a text search; nil where it is meant for another.
  fileprivate func variant(for textSearch: TextSearch) -> PackFile? {
    for variant in TextSearch.allCases where path.hasSuffix(".\(variant.rawValue).sql") {
      guard variant == textSearch else { return nil }
      return PackFile(path: String(path.dropLast(variant.rawValue.count + 5)) + ".sql", text: text)
    }
    return self
  }
}
