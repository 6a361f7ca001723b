import Databases
import Foundation
import Glibc
import OldModel
import PostgresLink
import Runs

/// Where output goes: its size, and whether a person looks at it.
struct Terminal: Hashable, Sendable {
  var isTerminal: Bool
  var columns: Int
  /// Nil where there is no screen that could be too small.
  var rows: Int?

  /// Of text that goes into a pipe or a file.
  static let pipeColumns = 100

  /// Standard output as it is now; a window may change its size at any time.
  static func standardOutput(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Terminal {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    var size = winsize()
    let isKnown =
      isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let asked = environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
    return Terminal(
      isTerminal: isTerminal,
      columns: max(40, asked ?? (isKnown ? Int(size.ws_col) : pipeColumns)),
      rows: isKnown && size.ws_row > 0 ? Int(size.ws_row) : nil)
  }

  /// Writes to standard output at once and in one piece, as far as the system allows. A reader that
  /// went away ends nothing here: the run goes on.
  static func write(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }

  /// Likewise text for people, in what their terminal can show. JSON is always UTF-8.
  static func show(_ text: String) {
    write(asShown(text))
  }

  /// Writes one or more lines to standard output. Whatever names and messages they hold, the terminal
  /// only shows them.
  static func say(_ text: String) {
    show(text.printableLines + "\n")
  }

  /// Likewise to standard error.
  static func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(asShown(text.printableLines + "\n").utf8))
  }

  private static let isUnicode = isUTF8(ProcessInfo.processInfo.environment)

  /// Our own signs have an ASCII form, as wide, where the locale is not UTF-8. What databases and people have
  /// written stays as it is.
  private static func asShown(_ text: String) -> String {
    isUnicode ? text : inASCII(text)
  }

  /// As in setlocale(3); a program without any locale setting speaks ASCII.
  static func isUTF8(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
    let name = (locale ?? "C").lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }

  static func inASCII(_ text: String) -> String {
    String(text.map { signs[$0] ?? $0 })
  }

  private static let signs: [Character: Character] = [
    "✓": "+", "✗": "x", "⚠": "!", "·": "-", "→": ">", "…": "~", "—": "-", "–": "-", "×": "x",
    "█": "#", "░": ".",
  ]

  /// Writes what `lines` makes for the columns there are, coloured where a person looks.
  static func print(_ lines: (_ columns: Int) -> [StyledLine]) {
    let terminal = standardOutput()
    let style = Style(
      isTerminal: terminal.isTerminal, environment: ProcessInfo.processInfo.environment)
    show(
      lines(terminal.columns).rendered(columns: terminal.columns, style: style)
        .map { $0 + "\n" }.joined())
  }
}
