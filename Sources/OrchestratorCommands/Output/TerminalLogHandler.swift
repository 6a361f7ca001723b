import Foundation
import Logging
import PostgresLink

/// The log: what no command tells in its own words, a line each on standard error.
struct TerminalLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info
  var metadataProvider: Logger.MetadataProvider?

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Terminal.complain(
      Self.line(
        event.level, "\(event.message)",
        metadata.merging(event.metadata ?? [:]) { _, new in new }, at: Date()))
  }

  /// `2026-07-01 23:59:59Z  warning  no progress recorded  error=…`.
  static func line(
    _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, at time: Date
  ) -> String {
    let details = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ([Figures.moment(time), level.rawValue, message] + details)
      .joined(separator: "  ").printable
  }
}
