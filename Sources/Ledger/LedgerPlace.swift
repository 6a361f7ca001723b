import Foundation
import Glibc

/// Where a ledger is, whatever names lead to it: its lock, and the files that SQLite keeps beside it, have
/// their names from the file's own.
enum LedgerPlace {
  /// The file behind symbolic links, which need not exist; `path` itself where there are none.
  static func resolve(_ path: String) -> String {
    var name = path
    // As many links in a row as the kernel follows.
    for _ in 0..<40 {
      guard let target = linkTarget(name) else { break }
      name = target.hasPrefix("/") ? target : folder(of: name) + "/" + target
    }
    guard let folder = realpath(folder(of: name), nil) else { return name }
    defer { free(folder) }
    let place = URL(filePath: String(cString: folder)).appending(path: lastPart(of: name)).path
    return place == URL(filePath: path).standardizedFileURL.path ? path : place
  }

  /// Refuses a file that another name leads to without a link: each name would have its own lock, and its own
  /// log of SQLite's.
  static func refuseSecondName(_ path: String) throws(LedgerError) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_nlink > 1 else { return }
    throw LedgerError(
      .hardLinked, path: path,
      message:
        "The file has \(status.st_nlink) names (hard links), and SQLite can lose data under either.",
      hint: "Remove the other names, or go on with a copy: cp it, and name the copy with --ledger.")
  }

  private static func linkTarget(_ path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func lastPart(of path: String) -> String {
    String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
  }
}
