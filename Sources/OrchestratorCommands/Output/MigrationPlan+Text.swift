import Databases
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
import Verification

extension MigrationPlan {
  private static let enginesMax = 40

  /// What a person reads: the engines, what is skipped, the sums and the time.
  func lines(columns: Int, listsAll: Bool) -> [StyledLine] {
    let sections = [engineLines(columns, listsAll), skippedLines, totalLines, timeLines(columns)]
    return Array(sections.filter { !$0.isEmpty }.joined(separator: [StyledLine()]))
  }

  private func engineLines(_ columns: Int, _ listsAll: Bool) -> [StyledLine] {
    let shown = listsAll ? engines : Array(engines.prefix(Self.enginesMax))
    let table = TextTable(
      columns: [
        TextTable.Column(title: "engine", sacrifice: 0, columnsMin: 12),
        TextTable.Column(title: "rows", isRight: true),
        TextTable.Column(title: "bytes", isRight: true),
        TextTable.Column(title: "chunks", isRight: true),
        TextTable.Column(title: "indexes", isRight: true),
        TextTable.Column(title: "dimensions", isRight: true),
        TextTable.Column(title: "builds", isRight: true),
      ],
      rows: shown.map { $0.row(columns) })
    let hidden = engines.dropFirst(shown.count)
    guard !hidden.isEmpty else { return table.lines(columns: columns) }
    let rows = Figures.count(hidden.reduce(0) { $0 + $1.rows }, "row")
    return table.lines(columns: columns) + [
      StyledLine(
        "… and \(Figures.count(hidden.count, "smaller engine")) with \(rows): --all", .quiet)
    ] + hidden.flatMap { $0.failureLines(columns) }
  }

  private var skippedLines: [StyledLine] {
    skipped.map { skipped in
      StyledLine(
        "skipped  \(skipped.slug)  \(skipped.reason.rule.rawValue): \(skipped.reason.message)",
        .attention)
    }
  }

  private var totalLines: [StyledLine] {
    [
      StyledLine(
        "\(Figures.count(engines.count, "engine")), \(Figures.count(skipped.count)) skipped: "
          + "\(Figures.count(rows, "row")), \(Figures.bytes(bytes))", .strong),
      StyledLine(
        "\(Figures.count(jobs, "job")): \(controlJobs) of the control plane, "
          + "\(Figures.count(engines.count, "space")), \(Figures.count(chunks, "chunk")), "
          + "\(Figures.count(indexes, "index", plural: "indexes")), "
          + Figures.count(engines.count, "roster")),
    ]
  }

  private func timeLines(_ columns: Int) -> [StyledLine] {
    func time(_ seconds: Double) -> String { Figures.time(.seconds(seconds.rounded(.up))) }
    return [
      StyledLine("about \(time(estimate.totalSeconds))", .strong)
        + StyledLine(", an estimate; what follows happens at the same time"),
      StyledLine(
        "  copying    \(time(estimate.copySeconds)) at \(Figures.rate(estimate.bytesPerSecond)) "
          + "(one session: shard \(Figures.rate(estimate.sourceBytesPerSecond)), "
          + "target \(Figures.rate(estimate.targetBytesPerSecond)))"),
      StyledLine("  indexes    \(time(estimate.buildSeconds))"),
      StyledLine("  schemas    \(time(estimate.engineSeconds))"),
    ]
  }
}

extension MigrationPlan.Engine {
  fileprivate func row(_ columns: Int) -> TextTable.Row {
    let seconds = indexes.reduce(0) { $0 + $1.seconds }
    return TextTable.Row(
      cells: [
        slug, Figures.count(rows), Figures.bytes(bytes), Figures.count(chunks.count),
        Figures.count(indexes.count), Figures.count(dimensions),
        Figures.time(.seconds(seconds.rounded(.up))),
      ], below: failureLines(columns, indent: 4))
  }

  fileprivate func failureLines(_ columns: Int, indent: Int = 0) -> [StyledLine] {
    guard let failure else { return [] }
    let text = indent > 0 ? failure : "\(slug)  \(failure)"
    return StyledLine.wrapped("would fail: \(text)", .bad, columns: columns, indent: indent)
  }
}
