import Foundation

/// The rules of the mapping, as docs/mapping.md defines them: the page itself is in the binary.
struct RuleBook {
  struct Entry: Hashable {
    var id: String
    /// The rule in one paragraph.
    var text: String
  }

  let entries: [Entry]

  init() {
    self.init(page: String(decoding: PackageResources.mapping_md, as: UTF8.self))
  }

  /// An entry begins with `- **R8** `, and its further lines are indented.
  init(page: String) {
    var entries: [Entry] = []
    var isInEntry = false
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if let match = line.wholeMatch(of: /- \*\*([A-Z]\d+)\*\* (.+)/) {
        entries.append(Entry(id: String(match.1), text: String(match.2)))
        isInEntry = true
      } else if isInEntry, line.hasPrefix("  ") {
        entries[entries.count - 1].text += " " + line.trimmingCharacters(in: .whitespaces)
      } else {
        isInEntry = false
      }
    }
    self.entries = entries
  }

  /// By its id, in either case.
  subscript(id: String) -> Entry? { entries.first { $0.id == id.uppercased() } }
}
