import ArgumentParser

/// The verb that was meant by a mistyped one.
enum VerbSuggestion {
  /// One sentence; nil if the first argument is a verb or an option, or resembles none.
  static func text(for arguments: [String]) -> String? {
    let verbs = Orchestrator.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard let word = arguments.first, !word.hasPrefix("-"), !verbs.contains(word) else {
      return nil
    }
    let nearest = verbs.map { (verb: $0, distance: distance(word, $0)) }
      .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= 2 else { return nil }
    return "Did you mean `orchestrator \(nearest.verb)`?"
  }

  /// The number of letters to insert, remove, replace, or swap with a neighbour.
  static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var rows = [Array(0...right.count)]
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          best = min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
