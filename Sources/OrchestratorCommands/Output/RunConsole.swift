import Databases
import Dispatch
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Synchronization
import Verification

/// Tells people and programs how a run at work goes.
///
/// On a terminal: what matters as lines, and below them a block that is drawn over. Into a pipe: a line
/// for every event, and one of totals every ten seconds. As JSON: the same as one object per line.
/// Nothing here waits for the reader: a terminal that is held (Ctrl-S) or a pager must not stop the
/// run, so all writing is done by a queue of its own; `finish` waits for it.
final class RunConsole: RunObserver {
  private let renderer: Mutex<RunRenderer>
  private let queue = DispatchQueue(label: "orchestrator.console")
  private let isUpdateWaiting = Atomic(false)
  private let terminal: @Sendable () -> Terminal
  private let write: @Sendable (String) -> Void

  /// Writes to standard output; `isTerminal` says what that is.
  convenience init(format: LogFormat, isTerminal: Bool) {
    let style = Style(isTerminal: isTerminal, environment: ProcessInfo.processInfo.environment)
    self.init(
      RunRenderer(format: format, isTerminal: isTerminal, style: style),
      terminal: { Terminal.standardOutput() },
      write: format == .json ? Terminal.write : Terminal.show)
  }

  init(
    _ renderer: RunRenderer, terminal: @escaping @Sendable () -> Terminal,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.renderer = Mutex(renderer)
    self.terminal = terminal
    self.write = write
  }

  /// Something happened.
  func note(_ event: RunEvent) {
    queue.async { [self] in
      let terminal = terminal()
      write(renderer.withLock { $0.note(event, on: terminal) })
    }
  }

  /// How far everything is; called about once a second. Passed over while the last one still waits to
  /// be written.
  func update(_ snapshot: LedgerSnapshot) {
    guard !isUpdateWaiting.exchange(true, ordering: .relaxed) else { return }
    queue.async { [self] in
      let terminal = terminal()
      write(renderer.withLock { $0.update(snapshot, on: terminal) })
      isUpdateWaiting.store(false, ordering: .relaxed)
    }
  }

  /// Takes the block away and returns when everything is written. Call it before anything else is
  /// printed and before the process ends.
  func finish() {
    queue.sync {
      write(renderer.withLock { $0.finish() })
    }
  }
}

extension OutputOptions {
  /// Runs `body` with the console of this process's run, and prints the summary when nothing was left to
  /// do. Throws the exit status where that is not 0.
  func report(
    ledger path: String, _ body: (RunConsole) async throws -> RunEnd
  ) async throws {
    let console = RunConsole(
      format: logFormat, isTerminal: Terminal.standardOutput().isTerminal)
    defer { console.finish() }
    let end = try await body(console)
    console.finish()
    try await RunSummary(ledger: try Ledger.openReadOnly(at: path)).print()
    switch end {
    case .complete, .copiedAhead: return
    case .enginesFailed: throw ExitStatus.failed
    }
  }
}

/// What a console writes, decided without writing it.
struct RunRenderer: Sendable {
  private let format: LogFormat
  private let isTerminal: Bool
  private let style: Style
  private var snapshot: LedgerSnapshot?
  /// Lines of the block that stand on the terminal, the cursor below them.
  private var linesDrawn = 0
  private var totalsAt: Date?
  /// The last passing problem, and the number of later attempts that met nothing else.
  private var problem: (cause: String, repeated: Int)?

  static let totalsEvery: Duration = .seconds(10)

  init(format: LogFormat, isTerminal: Bool, style: Style) {
    self.format = format
    self.isTerminal = isTerminal
    self.style = style
  }

  private var drawsBlock: Bool { isTerminal && format == .text }

  mutating func note(_ event: RunEvent, on terminal: Terminal) -> String {
    if format == .json { return json(RunEventJSON(event)) }
    guard let before = linesBefore(event) else { return "" }
    let line = event.line.rendered(columns: .max, style: style) + "\n"
    guard drawsBlock else { return before + line }
    let lines = before + (event.matters ? line : "")
    return lines.isEmpty ? "" : erasing() + lines + drawing(on: terminal)
  }

  /// Nil if the event says once more what is known: a problem that lasts is told once, and counted until
  /// something is committed.
  private mutating func linesBefore(_ event: RunEvent) -> String? {
    if let cause = event.retriedCause, cause == problem?.cause {
      problem?.repeated += 1
      return nil
    }
    guard event.retriedCause != nil || event.kind == .committed else { return "" }
    let repeated = problem?.repeated ?? 0
    problem = event.retriedCause.map { ($0, 0) }
    guard repeated > 0 else { return "" }
    let attempts = Figures.count(repeated, "more attempt")
    return StyledLine("… \(attempts) met the same", .quiet).rendered(columns: .max, style: style)
      + "\n"
  }

  mutating func update(_ snapshot: LedgerSnapshot, on terminal: Terminal) -> String {
    self.snapshot = snapshot
    if drawsBlock { return erasing() + drawing(on: terminal) }
    let last = totalsAt ?? snapshot.takenAt
    let isDue = snapshot.takenAt.timeIntervalSince(last) >= Self.totalsEvery / .seconds(1)
    if isDue || totalsAt == nil { totalsAt = snapshot.takenAt }
    guard isDue else { return "" }
    switch format {
    case .text:
      return Figures.moment(snapshot.takenAt) + "  " + RunBlock.line(snapshot).printable + "\n"
    case .json:
      let totals = StatusJSON.Totals(snapshot, timeLeft: TimeEstimate.timeLeft(snapshot))
      return json(
        RunProgressJSON(
          at: snapshot.takenAt, totals: totals, building: snapshot.builds.map(JobJSON.init)))
    }
  }

  mutating func finish() -> String {
    snapshot = nil
    return erasing()
  }

  /// Up to the block's first line, and everything from there on away.
  private mutating func erasing() -> String {
    defer { linesDrawn = 0 }
    return linesDrawn > 0 ? "\r\u{1B}[\(linesDrawn)A\u{1B}[J" : ""
  }

  /// Never as high as the screen: what has scrolled away cannot be erased.
  private mutating func drawing(on terminal: Terminal) -> String {
    guard let snapshot else { return "" }
    let columns = terminal.columns - 1
    let lines = RunBlock.lines(snapshot, columns: columns)
      .prefix(max(1, (terminal.rows ?? 24) - 2))
    linesDrawn = lines.count
    return Array(lines).rendered(columns: columns, style: style)
      .map { $0 + "\n" }.joined()
  }

  private func json(_ value: some Encodable) -> String {
    // Strings, numbers and dates: nothing that could not be encoded.
    (try? JSONText.of(value, isOneLine: true)).map { $0 + "\n" } ?? ""
  }
}
