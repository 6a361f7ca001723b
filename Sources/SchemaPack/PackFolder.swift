import Foundation

/// Reads the files of a pack from a folder, which may hold other files, too.
struct PackFolder {
  let url: URL

  func files() throws(PackError) -> [PackFile] {
    var files = try read("migrate/function_signature.sql").map { [$0] } ?? []
    for part in PackPart.allCases {
      let fixed = ["version.ts", "version", "migrate/provision.sql"].map { "\(part)/\($0)" }
      let listed =
        try scripts(in: "\(part)/migrate/incremental") + scripts(in: "\(part)/migrate/idempotent")
      for path in fixed + listed {
        if let file = try read(path) { files.append(file) }
      }
    }
    return files
  }

  private func scripts(in folder: String) throws(PackError) -> [String] {
    let path = url.appending(path: folder).path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      return names.filter { $0.hasSuffix(".sql") }.map { "\(folder)/\($0)" }
    } catch {
      throw PackError(
        .incomplete, "the folder \(folder) of the schema pack cannot be read",
        hint: "Check its permissions.")
    }
  }

  /// Nil if the file does not exist.
  private func read(_ path: String) throws(PackError) -> PackFile? {
    let file = url.appending(path: path)
    guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else {
      return nil
    }
    do {
      return PackFile(path: path, text: try String(contentsOf: file, encoding: .utf8))
    } catch {
      throw PackError(
        .incomplete, "\(path) of the schema pack cannot be read as UTF-8 text",
        hint: "Check its permissions and encoding.")
    }
  }
}
