/// The release; recorded with every run.
enum ToolVersion {
  static let current = "0.1.0"
}
