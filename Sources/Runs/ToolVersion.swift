import RunRecord

/// The release; recorded with every run.
package enum ToolVersion {
  package static let current = "0.1.0"
}
