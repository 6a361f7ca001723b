/// One file of a pack.
struct PackFile: Sendable {
  /// Path inside the pack, with `/`.
  let path: String
  let text: String

  /// The file's name without `.sql`, as the schema's table `migration` keeps it.
  var migrationName: String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.hasSuffix(".sql") ? name.dropLast(4) : name)
  }
}

/// The files of one part, in the order in which they run.
struct PackPartFiles: Sendable {
  let version: PackVersion
  let provision: PackFile
  let incremental: [PackFile]
  let idempotent: [PackFile]
}
