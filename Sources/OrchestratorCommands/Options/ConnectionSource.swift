import Foundation
import Mapping
import OldModel
import PostgresLink
import RunRecord
import SchemaPack

/// The places where one connection may be given; the first that is there counts.
struct ConnectionSource {
  var name: String
  var argument: String?
  var file: String?
  var variables: [String]

  static func target(argument: String?, file: String?) -> ConnectionSource {
    ConnectionSource(
      name: "target", argument: argument, file: file, variables: ["DATABASE_URL", "DB_TARGET"])
  }

  /// Throws what is missing or unusable, and where else it may be given.
  func settings() throws -> ConnectionSettings {
    guard argument == nil || file == nil else {
      throw CommandError(
        .usage, "--\(name) and --\(name)-file are both given",
        hint: "Pass one of them: they could name two databases.")
    }
    if let argument { return try fromArgument(argument) }
    if let file { return try fromFile(file) }
    let environment = ProcessInfo.processInfo.environment
    for variable in variables {
      guard let value = environment[variable], !value.isEmpty else { continue }
      return try ConnectionSettings(name: name, connectionString: value)
    }
    throw CommandError(
      .usage, "no connection is given for \(name)",
      hint: "Set \(variables[0]), or give --\(name) or --\(name)-file.")
  }

  private func fromArgument(_ text: String) throws -> ConnectionSettings {
    let settings = try ConnectionSettings(name: name, connectionString: text)
    guard !settings.carriesPassword else {
      throw CommandError(
        .usage, "--\(name) holds a password, which everyone on this machine can read there",
        hint: "Put the password into PGPASSFILE (~/.pgpass) or a service file, or the whole "
          + "connection into \(variables[0]) or a file for --\(name)-file.")
    }
    return settings
  }

  private func fromFile(_ file: String) throws -> ConnectionSettings {
    let text = try contents(of: file)
    guard !text.isEmpty else {
      throw CommandError(
        .usage, "the file \(file) of --\(name)-file is empty",
        hint: "Write one line into it: a libpq URI or keyword string.")
    }
    let settings = try ConnectionSettings(name: name, connectionString: text)
    let mode = try? FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    guard !settings.carriesPassword || (mode ?? 0) & 0o004 == 0 else {
      throw CommandError(
        .usage, "the file \(file) of --\(name)-file holds a password, and everybody may read it",
        hint: "Run `chmod 600 \(file)`.")
    }
    return settings
  }

  private func contents(of file: String) throws -> String {
    do {
      return try String(contentsOfFile: file, encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw CommandError(
        .usage, "the file \(file) of --\(name)-file cannot be read",
        hint: "It holds one line: a libpq URI or keyword string.")
    }
  }
}
