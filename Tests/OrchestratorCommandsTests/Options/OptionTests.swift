import ArgumentParser
import Foundation
import RunRecord
import Testing

@testable import OrchestratorCommands

@Suite struct OptionTests {
  @Test(arguments: [
    ("8MiB", 8_388_608), ("20MB", 20_000_000), ("20MB/s", 20_000_000), ("512k", 512_000),
    ("1.5 G", 1_500_000_000), ("1048576", 1_048_576), ("2TiB", 2_199_023_255_552),
  ])
  func `bytes as people write them`(text: String, bytes: Int) throws {
    #expect(try ByteCount(argument: text).bytes == bytes)
  }

  @Test(arguments: ["", "8XB", "none", "-1k", "0", "8 iB", "9999999T"])
  func `what is no number of bytes is told the forms`(text: String) {
    let error = #expect(throws: ValidationError.self) { try ByteCount(argument: text) }
    #expect(error?.message.contains("8MiB") == true)
  }

  @Test(arguments: [("90s", 90), ("15min", 900), ("15m", 900), ("2h", 7_200), ("1h30m", 5_400)])
  func `times as people write them`(text: String, seconds: Int) throws {
    #expect(try DurationArgument(argument: text).seconds == seconds)
  }

  @Test(arguments: ["", "15", "0s", "h", "15 min", "1d"])
  func `what is no time is told the forms`(text: String) {
    let error = #expect(throws: ValidationError.self) { try DurationArgument(argument: text) }
    #expect(error?.message.contains("15min") == true)
  }

  /// What the parser says of a mistake.
  private func complaint(_ arguments: [String]) throws -> String {
    let error = #expect(throws: (any Error).self) { try Orchestrator.parseAsRoot(arguments) }
    return Orchestrator.fullMessage(for: try #require(error))
  }

  @Test(arguments: [
    (["start", "--give-up-after", "15"], "15min"), (["start", "--chunk-size", "8XB"], "8MiB"),
    (["plan", "--chunk-size", "3k"], "4kB or more"),
    (["start", "--rate-limit", "20"], "Did you mean 20MB/s?"),
    (["resume", "--rate-limit", "0.5k"], "that is 500 bytes a second"),
    (["resume", "--rate-limit", "fast"], "8MiB"),
    (["reset", "--all", "--engine", "x"], "not both"), (["reset"], "--all"),
    (["status", "--ledger", "/"], "is a directory"), (["start", "--ledger", "/tmp"], "/tmp/"),
    (["resume", "--ledger", ""], "names no file"),
  ])
  func `mistakes are told apart before anything runs`(arguments: [String], word: String) throws {
    let complaint = try complaint(arguments)
    #expect(complaint.contains(word), "\(complaint)")
  }

  @Test func `a resume lifts the limit, gives another, or keeps it`() throws {
    let before = RunTuning(bytesPerSecondMax: 20_000)
    func limit(_ arguments: [String]) throws -> Int? {
      try TuningOptions.parse(arguments).applied(to: before).bytesPerSecondMax
    }
    #expect(try limit([]) == 20_000)
    #expect(try limit(["--rate-limit", "none"]) == nil)
    #expect(try limit(["--rate-limit", "20MB/s"]) == 20_000_000)
    #expect(try limit(["--rate-limit", "1048576"]) == 1_048_576)
  }

  @Test func `a variable that is set to nothing is not set`() throws {
    #expect(LedgerOption.path(in: ["ORCHESTRATOR_LEDGER": ""]) == "orchestrator.ledger")
    #expect(LedgerOption.path(in: ["ORCHESTRATOR_LEDGER": "a"]) == "a")
    let none = try ResultOptions.parse([])
    #expect(try none.slugs(["MIGRATE_ENGINES": ""]) == nil)
    #expect(try none.slugs(["MIGRATE_ENGINES": "a, b,"]) == ["a", "b"])
    #expect(try ResultOptions.parse(["--engines", "c"]).slugs(["MIGRATE_ENGINES": "a"]) == ["c"])
    let error = #expect(throws: CommandError.self) { try none.slugs(["MIGRATE_ENGINES": " , "]) }
    #expect(error?.message.contains("MIGRATE_ENGINES") == true)
  }

  @Test(arguments: [
    ([], ""), (["--ledger", "a/b.ledger"], " --ledger a/b.ledger"),
    (["--ledger", "it's mine"], #" --ledger 'it'\''s mine'"#),
  ])
  func `a ledger that was named is named again`(arguments: [String], text: String) throws {
    #expect(try LedgerOption.parse(arguments).repeated == text)
  }

  @Test(arguments: [
    ("strat", "start"), ("resum", "resume"), ("stauts", "status"), ("plan", nil), ("begin", nil),
    ("--help", nil),
  ])
  func `a mistyped verb is recognized`(word: String, verb: String?) {
    #expect(
      VerbSuggestion.text(for: [word]) == verb.map { "Did you mean `orchestrator \($0)`?" })
  }

  @Test func `a list is folded beyond ten`() {
    let slugs = (1...12).map { "e\($0)" }
    #expect(Figures.list(slugs) == "e1, e2, e3, e4, e5, e6, e7, e8, e9, e10 and 2 more")
    #expect(Figures.list(["a", "b"]) == "a, b")
  }

  @Test func `options add to the settings of another run, all but its being a rehearsal`() throws {
    let base = RunSettings(
      engines: ["a"], textSearch: "gin", quarantines: true, isRehearsal: true, chunkBytes: 5_000,
      owner: "app", userNames: ["1": "one"])
    var expected = base
    expected.isRehearsal = false
    #expect(try ResultOptions.parse([]).settings(base) == expected)
    let id = "01900000-0000-7000-8000-000000000001"
    let options = try ResultOptions.parse([
      "--engines", "b", "--chunk-size", "6kB", "--no-invitations", "--user-name", "\(id)=two",
      "--rehearsal",
    ])
    let changed = try options.settings(base)
    #expect(changed.engines == ["b"] && changed.chunkBytes == 6_000 && changed.isRehearsal)
    #expect(!changed.includesInvitations && changed.textSearch == "gin" && changed.owner == "app")
    #expect(changed.userNames == ["1": "one", id: "two"])
  }
}
