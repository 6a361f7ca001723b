import Foundation

/// The checkout that this program lies in; everything local lives in its ignored folders.
package enum Repository {
  /// The folder that holds `Package.swift`. It is found from where the program lies, so that a build folder
  /// that was copied elsewhere acts on the servers of its own checkout.
  package static let root: URL = {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    guard let root = root(above: program) else {
      preconditionFailure("\(program.path) lies in no checkout: build it there")
    }
    return root
  }()

  /// The nearest folder above `program` that holds a `Package.swift`, other than in a build folder.
  static func root(above program: URL) -> URL? {
    var folder = program.deletingLastPathComponent()
    while folder.path != "/" {
      let manifest = folder.appending(path: "Package.swift").path
      if FileManager.default.fileExists(atPath: manifest) { return folder }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }

  /// Clusters, ledgers and whatever else may be deleted at any time; ignored by git.
  package static let localFolder = root.appending(path: ".local")
}
