import Foundation
import GRDB
import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func schemaFileSaysWhatTheCodeExpects() throws {
    let queue = try DatabaseQueue()
    try queue.write { db in
      try db.execute(sql: LedgerFile.schema)
      #expect(try Int32.fetchOne(db, sql: "PRAGMA application_id") == LedgerFile.applicationID)
      #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == LedgerFile.schemaVersion)
    }
    // The embedded schema is the one at the repository's top.
    let top = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = try String(contentsOf: top.appending(path: "ledger-schema.sql"), encoding: .utf8)
    #expect(LedgerFile.schema == file)
  }

  @Test func connectionIsDurableAndOnlyTheOwnerReadsTheFiles() async throws {
    let ledger = try await scratch.createPlanned()
    let pragmas = try await ledger.read("look") { db, _ in
      try ["journal_mode", "synchronous", "foreign_keys", "busy_timeout"].map {
        try String.fetchOne(db, sql: "PRAGMA \($0)") ?? ""
      }
    }
    #expect(pragmas == ["wal", "2", "1", "5000"])
    for suffix in ["", "-wal", "-shm"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path + suffix)
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
    }
  }

  @Test func everyTableIsStrict() async throws {
    let ledger = try scratch.create()
    let loose = try await ledger.read("look") { db, _ in
      try String.fetchAll(
        db,
        sql: """
          SELECT name FROM pragma_table_list
          WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%'
          """)
    }
    #expect(loose == [])
  }

  @Test func secondRunIsRefused() async throws {
    let ledger = try scratch.create()
    await expectError(.hasRun) { _ = try scratch.create() }
    try ledger.close()
    await expectError(.hasRun) { _ = try scratch.create() }
    #expect(try await scratch.open().run().identity == .sample)
  }

  @Test func crashWhileCreatingLeavesNoRun() async throws {
    try Data().write(to: URL(filePath: scratch.path))
    await expectError(.missing) { _ = try scratch.open() }
    await expectError(.missing) { _ = try scratch.openReadOnly() }
    // As far as WAL mode, but not to the first transaction.
    try scratch.other { db in try db.execute(sql: "PRAGMA journal_mode = WAL") }
    await expectError(.missing) { _ = try scratch.open() }
    #expect(try await scratch.create().run().state == .planning)
  }

  @Test func missingLedgerIsSaidToBeMissing() async throws {
    let error = await expectError(.missing) { _ = try scratch.open() }
    #expect(error?.fate == .refuse)
    await expectError(.missing) { _ = try scratch.openReadOnly() }
    #expect(!FileManager.default.fileExists(atPath: scratch.path))
  }

  @Test func foreignDatabaseIsRefusedAndLeftAsItIs() async throws {
    try scratch.other { db in try db.execute(sql: "CREATE TABLE mine (x)") }
    let before = try Data(contentsOf: URL(filePath: scratch.path))
    await expectError(.foreign) { _ = try scratch.open() }
    await expectError(.foreign) { _ = try scratch.openReadOnly() }
    await expectError(.foreign) { _ = try scratch.create() }
    #expect(try Data(contentsOf: URL(filePath: scratch.path)) == before)
  }

  @Test func otherFileIsRefused() async throws {
    let text = Data(String(repeating: "not a database. ", count: 1_000).utf8)
    try text.write(to: URL(filePath: scratch.path))
    await expectError(.foreign) { _ = try scratch.open() }
    await expectError(.foreign) { _ = try scratch.openReadOnly() }
    #expect(try Data(contentsOf: URL(filePath: scratch.path)) == text)
  }

  @Test func newerSchemaIsRefused() async throws {
    try scratch.create().close()
    try scratch.other { db in try db.execute(sql: "PRAGMA user_version = 99") }
    let error = await expectError(.newer) { _ = try scratch.open() }
    #expect(error?.message.contains("version 99") == true)
    await expectError(.newer) { _ = try scratch.openReadOnly() }
  }

  @Test func damagedFileIsRefusedWithTheWayOut() async throws {
    let ledger = try await scratch.createPlanned()
    try await ledger.recordWarnings(
      (0..<2_000).map {
        MigrationWarning(rule: "R5", engine: "acme", row: "\($0)", message: "to fill pages")
      })
    try ledger.close()
    var bytes = try Data(contentsOf: URL(filePath: scratch.path))
    let middle = bytes.count / 2 / 4_096 * 4_096
    bytes.replaceSubrange(middle..<middle + 4_096, with: Data(repeating: 0xA5, count: 4_096))
    try bytes.write(to: URL(filePath: scratch.path))

    let error = await expectError(.damaged) { _ = try scratch.open() }
    #expect(error?.hint.contains("--rebuild-ledger") == true)
    await expectError(.damaged) { _ = try scratch.openReadOnly() }

    let aside = try #require(try Ledger.setAside(LedgerLock(path: scratch.path)))
    #expect(try Data(contentsOf: URL(filePath: aside)) == bytes)
    #expect(try await scratch.createPlanned().state(.chunk0) == .pending)
  }

  @Test func settingAsideTakesTheWriteAheadLogAlong() async throws {
    let ledger = try await scratch.createPlanned()
    try await ledger.complete(.chunk0)
    let aside = try #require(try Ledger.setAside(LedgerLock(path: scratch.path)))
    #expect(FileManager.default.fileExists(atPath: aside + "-wal"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "-wal"))
    #expect(try await Ledger.openReadOnly(at: aside).state(.chunk0) == .done)
    #expect(try Ledger.setAside(LedgerLock(path: scratch.path)) == nil)
  }

  @Test func folderThatIsNotThereIsSaid() async throws {
    let path = scratch.folder.appending(path: "nowhere/run.ledger").path
    let error = await expectError(.missing) {
      _ = try Ledger.create(LedgerLock(path: path), run: .sample)
    }
    #expect(error?.message.contains("Its directory does not exist") == true)
  }
}
