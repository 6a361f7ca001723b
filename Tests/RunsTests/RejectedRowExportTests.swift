import Foundation
import JobModel
import Ledger
import Testing

@testable import Runs

/// M4: rows set aside, on their way from the target into the ledger and into the file beside it.
@Suite final class RejectedRowExportTests {
  private let folder: URL
  private let ledger: Ledger
  private var export: RejectedRowExport { RejectedRowExport(ledger: ledger) }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "export-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    ledger = try Ledger.create(
      LedgerLock(path: folder.appending(path: "run.ledger").path),
      run: NewRun(
        id: UUID(), toolVersion: "1", packHash: "", resultSettings: "{}", tuningSettings: "{}"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func rows(_ count: Int) -> [RejectedRow] {
    (0..<count).map {
      RejectedRow(engine: "acme", id: UUID(), constraint: "c", json: "{\"n\": \($0)}")
    }.sorted { $0.id.uuidString < $1.id.uuidString }
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `rows of several pages become a line each, which only the owner reads`() async throws {
    let rows = rows(230)
    try await ledger.recordRejectedRows(rows)
    try await export.write()
    let text = try String(contentsOfFile: export.path, encoding: .utf8)
    #expect(text == rows.map { $0.line + "\n" }.joined())
    #expect(try mode(export.path) == 0o600)

    try await ledger.replaceRejectedRows(after: nil, through: nil, by: [])
    try await export.write()
    #expect(!FileManager.default.fileExists(atPath: export.path))
  }

  @Test func `the file is its owner's before anything is in it`() throws {
    let path = folder.appending(path: "file").path
    // What a crash left behind, open to all.
    #expect(
      FileManager.default.createFile(
        atPath: path + ".partial", contents: Data("old".utf8),
        attributes: [.posixPermissions: 0o666]
      ))
    let file = try PrivateFile(path: path)
    #expect(try mode(path + ".partial") == 0o600)
    #expect(try Data(contentsOf: URL(filePath: path + ".partial")).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: path))
    try file.append("new")
    try file.publish()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
  }

  @Test func `what cannot be written or removed is told`() async throws {
    // A folder in its place: neither can a file take its name, nor is it removed with what is in it.
    let kept = export.path + "/kept"
    try FileManager.default.createDirectory(
      atPath: kept, withIntermediateDirectories: true)
    let failure = try await #require(throws: RunError.self) { try await export.write() }
    #expect(failure.message.contains("could not be removed: Is a directory"))
    try await ledger.recordRejectedRows(rows(1))
    let other = try await #require(throws: RunError.self) { try await export.write() }
    #expect(other.message.contains("could not be written"))
    #expect(FileManager.default.fileExists(atPath: kept))
  }

  @Test func `the ledger follows the target page by page`() async throws {
    let stale = rows(3)
    try await ledger.recordRejectedRows(stale)
    let there = rows(5)
    var asked: [RejectedRow.Key?] = []
    try await ledger.followRejectedRows { key in
      asked.append(key)
      let rest = there.drop { row in key.map { row.id.uuidString <= $0.id.uuidString } ?? false }
      return Array(rest.prefix(2))
    }
    #expect(asked == [nil, there[1].key, there[3].key, there[4].key])
    #expect(try await ledger.rejectedRows() == there)
  }
}
