/// Finds the parts among a pack's files, and reports missing ones.
struct PackReader {
  let name: String
  /// Sorted by path.
  let files: [PackFile]

  func part(_ part: PackPart) throws(PackError) -> PackPartFiles {
    let folder = part.rawValue
    guard files.contains(where: { $0.path.hasPrefix("\(folder)/") }) else {
      throw incomplete("there is no \(folder)/")
    }
    let version = try version(of: part)
    guard let provision = file("\(folder)/migrate/provision.sql") else {
      throw incomplete("\(folder)/migrate/provision.sql is missing")
    }
    return PackPartFiles(
      version: version, provision: provision,
      incremental: files.filter { $0.path.hasPrefix("\(folder)/migrate/incremental/") },
      idempotent: files.filter { $0.path.hasPrefix("\(folder)/migrate/idempotent/") })
  }

  private func version(of part: PackPart) throws(PackError) -> PackVersion {
    let folder = part.rawValue
    let text: String
    let path: String
    if let script = file("\(folder)/version.ts") {
      path = script.path
      guard let match = script.text.firstMatch(of: /_SCHEMA_VERSION\b[^=]*=\s*["']([^"']*)["']/)
      else {
        throw incomplete("\(path) has no line \(folder.uppercased())_SCHEMA_VERSION = \"x.y.z\"")
      }
      text = String(match.1)
    } else if let plain = file("\(folder)/version") {
      path = plain.path
      text = plain.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    } else {
      throw incomplete("\(folder)/ has neither version.ts nor version")
    }
    guard let version = PackVersion(text) else {
      throw incomplete("\(path) says “\(text)”, which is not a version like 1.2.3")
    }
    return version
  }

  private func file(_ path: String) -> PackFile? { files.first { $0.path == path } }

  private func incomplete(_ reason: String) -> PackError {
    PackError(
      .incomplete, "the schema pack \(name) is incomplete: \(reason)",
      hint: "Pass --schema-pack the folder that holds auth/, core/ and space/ of one app release.")
  }
}
