import Foundation
import PostgresLink
import Testing

@testable import SchemaPack

struct SchemaPackTests {
  @Test("The text search decides which variant of a file is read")
  func variants() throws {
    for search in TextSearch.allCases {
      let files = try SchemaPack.builtIn(textSearch: search).files(of: .space).incremental
      #expect(files.filter { $0.migrationName == "004_text_search" }.count == 1)
      #expect(files.last?.text.contains("using \(search)") == true)
    }
  }

  @Test("Files run in the order of their names' bytes")
  func order() throws {
    var files = PackFiles.builtIn
    for name in ["010_b", "010_a", "9_z", "010_B"] {
      files["auth/migrate/incremental/\(name).sql"] = ""
    }
    let names = try files.pack().files(of: .auth).incremental.map(\.migrationName)
    #expect(names.suffix(4) == ["010_B", "010_a", "010_b", "9_z"])
  }

  @Test("The hash says whether two packs are the same, wherever they come from")
  func hash() throws {
    let hash = try SchemaPack.builtIn(textSearch: .gin).hash
    #expect(hash.count == 64)
    #expect(try PackFiles.builtIn.pack().hash == hash)
    let folder = packFolder("../../../Sources/SchemaPack/BuiltInPack")
    #expect(try SchemaPack(folder: folder, textSearch: .gin).hash == hash)
    #expect(try SchemaPack.builtIn(textSearch: .bm25).hash != hash)
    var changed = PackFiles.builtIn
    changed["auth/version"] = "0.1.1"
    #expect(try changed.pack().hash != hash)
  }

  @Test(
    "The version comes from version.ts or version",
    arguments: [
      ("version.ts", "// the app\nexport const AUTH_SCHEMA_VERSION = \"1.20.3\";\n", "1.20.3"),
      ("version.ts", "const AUTH_SCHEMA_VERSION: string = '2.0.0'", "2.0.0"),
      ("version", " 0.4.1 \n", "0.4.1"),
    ])
  func version(file: String, text: String, version: String) throws {
    var files = PackFiles.builtIn
    files["auth/version"] = nil
    files["auth/\(file)"] = text
    #expect(try files.pack().version(of: .auth).description == version)
  }

  @Test(
    "An incomplete pack is refused with the reason",
    arguments: [
      ("core/migrate/provision.sql", nil, "core/migrate/provision.sql is missing"),
      ("core/version", nil, "core/ has neither version.ts nor version"),
      ("core/version", "1.x", "core/version says “1.x”"),
      ("core/version.ts", "nothing", "core/version.ts has no line CORE_SCHEMA_VERSION"),
    ])
  func incomplete(path: String, text: String?, reason: String) async throws {
    var files = PackFiles.builtIn
    files[path] = text
    let changed = files
    let error = try await packError { _ = try changed.pack() }
    #expect(error.kind == .incomplete)
    #expect(error.message.contains(reason))
  }

  @Test("A missing part, and a folder that is no pack, are refused")
  func missingPart() async throws {
    var files = PackFiles.builtIn
    files.byPath = files.byPath.filter { !$0.key.hasPrefix("space/") }
    let changed = files
    #expect(
      try await packError { _ = try changed.pack() }.message.contains("there is no space/"))
    let error = try await packError { _ = try SchemaPack(folder: packFolder("none")) }
    #expect(error.message.contains("there is no auth/"))
    let broken = try await packError {
      _ = try SchemaPack(folder: packFolder("fail-missing-provision"))
    }
    #expect(broken.message.contains("auth/migrate/provision.sql is missing"))
  }

  @Test("A file that is not UTF-8 is refused")
  func encoding() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "auth/version")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data([0xff, 0xfe, 0xfd]).write(to: file)
    let error = try await packError { _ = try SchemaPack(folder: folder) }
    #expect(error.message.contains("auth/version"))
  }

  @Test(
    "Values that could not stand in SQL as they are",
    arguments: [
      ("ABCDEFGHIJKL", "english", 3), ("abc", "english", 3), ("abcdefghijkl", "e'", 3),
      ("abcdefghijkl", "english", 0), ("abcdefghijkl\n", "english", 3),
    ])
  func values(slug: String, language: String, dimensions: Int) async throws {
    let error = try await packError {
      _ = try PackValues.space(slug: slug, language: language, dimensions: dimensions)
    }
    #expect(error.kind == .value)
  }

  @Test("Only the space's text search asks for more than the server brings")
  func extensions() {
    let names = { ExtensionRequirement.needed(by: $0, $1).map(\.name) }
    #expect(names(.auth, .bm25) == ["citext"])
    #expect(names(.core, .bm25) == ["citext", "ltree", "vector", "pg_textsearch"])
    #expect(names(.space, .gin) == ["citext", "ltree", "vector"])
  }

  @Test("What an installed extension is refused for")
  func objections() {
    let vector = ExtensionRequirement(name: "vector", minimum: "0.8.2")
    func objection(_ version: String?, _ schema: String?, _ isAvailable: Bool = true) -> String? {
      vector.objection(
        to: InstalledExtension(schema: schema, version: version, isAvailable: isAvailable))?.message
    }
    #expect(objection("0.8.2", "public") == nil)
    #expect(objection("0.10.0", "public") == nil)
    #expect(objection(nil, nil) == nil)
    #expect(objection("0.8.1", "public")?.contains("must be 0.8.2 or later") == true)
    #expect(objection("0.8.2", "extensions")?.contains("must be in public") == true)
    #expect(objection(nil, nil, false)?.contains("does not have the extension") == true)
  }

  @Test("The server's remedy is passed on, unless a superuser is what is missing")
  func remedies() {
    let search = ExtensionRequirement(name: "pg_textsearch", minimum: "1.1.0")
    func hint(_ code: String, _ hint: String?) -> String? {
      let cause = PostgresError(kind: .server, code: SQLState(code), message: "no", hint: hint)
      return search.objection(to: PackError(.database, "no", cause: cause)).hint
    }
    #expect(hint("55000", "Add it to shared_preload_libraries.")?.hasPrefix("Add it") == true)
    #expect(hint("42501", "Must be superuser.")?.hasPrefix("Let a superuser run: create") == true)
    #expect(hint("55000", nil)?.hasPrefix("Correct that on the server") == true)
  }
}
