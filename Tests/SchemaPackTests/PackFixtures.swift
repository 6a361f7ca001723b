import Foundation
import LocalServers
import Testing

@testable import SchemaPack

/// The built-in pack's files, to be changed in one place.
struct PackFiles {
  var byPath: [String: String]

  static var builtIn: PackFiles {
    PackFiles(byPath: Dictionary(uniqueKeysWithValues: BuiltInPack.all.map { ($0.path, $0.text) }))
  }

  subscript(_ path: String) -> String? {
    get { byPath[path] }
    set { byPath[path] = newValue }
  }

  func pack(_ textSearch: TextSearch = .gin) throws -> SchemaPack {
    let files = byPath.map { PackFile(path: $0.key, text: $0.value) }
    return try SchemaPack(name: "test", files: files, textSearch: textSearch)
  }
}

/// One of the packs in the folder `Packs`.
func packFolder(_ name: String) -> URL {
  Repository.root.appending(path: "Tests/SchemaPackTests/Packs/\(name)")
}

/// Runs `body`, which must throw a `PackError`, and returns it.
func packError(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async throws -> PackError {
  var caught: PackError?
  do { try await body() } catch let error as PackError { caught = error }
  return try #require(caught, sourceLocation: sourceLocation)
}
