import Foundation

/// The checkout that this code was built from; everything local lives in its ignored folders.
package enum Repository {
  /// The folder that holds `Package.swift`.
  package static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Clusters, ledgers and whatever else may be deleted at any time; ignored by git.
  package static let localFolder = root.appending(path: ".local")
}
