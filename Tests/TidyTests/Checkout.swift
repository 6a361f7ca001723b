import Foundation
import LocalServers

/// A text file of the checkout.
struct TextFile: Sendable {
  /// From the root of the checkout.
  let path: String
  let text: String

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// Its words: runs of ASCII letters, digits and underscores.
  var words: Set<String> {
    Set(
      text.utf8.split { byte in
        !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) && byte != UInt8(ascii: "_")
      }.map { String(decoding: $0, as: UTF8.self) })
  }

  /// What a pattern's first group, or without groups the whole of it, matches.
  func matches(_ pattern: String) throws -> [String] {
    let expression = try NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines])
    let range = NSRange(text.startIndex..., in: text)
    return expression.matches(in: text, range: range).compactMap { match in
      Range(match.range(at: expression.numberOfCaptureGroups > 0 ? 1 : 0), in: text)
        .map { String(text[$0]) }
    }
  }
}

/// The text files of this checkout, each read once.
enum Checkout {
  /// The pages that people read: Markdown, wherever it lies.
  static let pages =
    files(below: "docs", "md") + files(below: "runbook", "md")
    + ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(file)
  static let sources = files(below: "Sources", "swift")
  static let tests = files(below: "Tests", "swift").filter {
    !$0.path.hasPrefix("Tests/TidyTests/")
  }
  static let statements = files(below: "Sources", "sql")

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: Repository.root.appending(path: path).path)
  }

  private static func files(below folder: String, _ kind: String) -> [TextFile] {
    let root = Repository.root.appending(path: folder).path
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
    return paths.filter { $0.hasSuffix(".\(kind)") }.sorted().map { file("\(folder)/\($0)") }
  }

  private static func file(_ path: String) -> TextFile {
    let text = try? String(contentsOf: Repository.root.appending(path: path), encoding: .utf8)
    return TextFile(path: path, text: text ?? "")
  }
}
