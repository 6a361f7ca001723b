import Foundation
import Logging
import Testing

@testable import OrchestratorCommands

@Suite struct TerminalTextTests {
  @Test func widths() {
    #expect("acme".columns == 4)
    #expect("café".columns == 4)
    #expect("cafe\u{301}".columns == 4)
    #expect("東京".columns == 4)
    #expect("🚀".columns == 2)
  }

  @Test func cutting() {
    #expect("acme".cut(to: 4) == "acme")
    #expect("acmes".cut(to: 4) == "acm…")
    #expect("東京都".cut(to: 4) == "東…")
    #expect("acme".cut(to: 0) == "")
    #expect("東京都".fitted(to: 4) == "東… ")
    #expect("7".fitted(to: 3, alignedRight: true) == "  7")
  }

  @Test func wrapping() {
    #expect("one two three".wrapped(to: 7) == ["one two", "three"])
    #expect("abcdefghij".wrapped(to: 4) == ["abcd", "efgh", "ij"])
    #expect("".wrapped(to: 4) == [])
    #expect("a\tb".wrapped(to: 20) == ["a·b"])
    #expect("a b\r\nc d".wrapped(to: 2) == ["a", "b", "c", "d"])
  }

  @Test func namesCannotActUponTheTerminal() {
    #expect("a\u{1B}[2Jb\r\n\u{202E}c\u{7}".printable == "a·[2Jb···c·")
    #expect(StyledLine("a\u{1B}[31m", .bad).plain == "a·[31m")
  }

  @Test func linesStayLines() {
    #expect("a\u{1B}]0;x\u{7}\r\n\n  b\u{9B}2J".printableLines == "a·]0;x·\n\n  b·2J")
  }

  @Test func jsonEscapesWhatItsEncoderLeaves() throws {
    let text = "a\u{1B}[2J\u{9B}2J\u{202E}\u{7F}\u{E0041}é👩‍🚀"
    let json = try JSONText.of([text])
    #expect(json.contains(#"\u001b[2J\u009b2J\u202e\u007f\udb40\udc41é👩‍🚀"#))
    #expect(try JSONDecoder().decode([String].self, from: Data(json.utf8)) == [text])
  }

  @Test func theLogIsPrintable() {
    let line = TerminalLogHandler.line(
      .warning, "no progress", ["error": "x\u{1B}[2J\ny"],
      at: Date(timeIntervalSince1970: 1_760_000_000))
    #expect(line == "2025-10-09 08:53:20Z  warning  no progress  error=x·[2J·y")
  }

  @Test func coloursNeedATerminalAndNoObjection() {
    #expect(Style(isTerminal: true, environment: [:]).isColored)
    #expect(!Style(isTerminal: false, environment: [:]).isColored)
    #expect(!Style(isTerminal: true, environment: ["NO_COLOR": "1"]).isColored)
    #expect(Style(isTerminal: true, environment: ["NO_COLOR": ""]).isColored)
    #expect(!Style(isTerminal: true, environment: ["TERM": "dumb"]).isColored)
  }

  @Test func coloursDoNotCountAsColumns() {
    let line = StyledLine("abc", .good) + StyledLine("defgh", .bad)
    let style = Style(isColored: true)
    #expect(
      line.rendered(columns: 8, style: style) == "\u{1B}[32mabc\u{1B}[0m\u{1B}[31mdefgh\u{1B}[0m")
    #expect(line.rendered(columns: 5, style: .plain) == "abcd…")
    #expect(line.rendered(columns: 3, style: .plain) == "ab…")
    #expect(line.rendered(columns: 4, style: .plain) == "abc…")
    #expect(line.rendered(columns: .max, style: .plain) == "abcdefgh")
  }

  @Test func columnsOfTheTerminal() {
    #expect(Terminal.standardOutput(environment: ["COLUMNS": "72"]).columns == 72)
    #expect(Terminal.standardOutput(environment: ["COLUMNS": "3"]).columns == 40)
  }
}
