import PostgresLink

/// An extension that a part needs, in the schema `public`.
struct ExtensionRequirement: Sendable {
  let name: String
  /// The oldest version that is accepted.
  let minimum: String

  /// The extensions of a part. The app's part for spaces uses types of all of them.
  static func needed(by part: PackPart, _ textSearch: TextSearch) -> [ExtensionRequirement] {
    let citext = ExtensionRequirement(name: "citext", minimum: "1.6")
    let search = ExtensionRequirement(name: "pg_textsearch", minimum: "1.1.0")
    switch part {
    case .auth: return [citext]
    case .core, .space:
      return [
        citext, ExtensionRequirement(name: "ltree", minimum: "1.3"),
        ExtensionRequirement(name: "vector", minimum: "0.8.2"),
      ] + (textSearch == .bm25 ? [search] : [])
    }
  }

  var creation: String {
    "create extension if not exists \(quoteIdentifier(name)) with schema public"
  }

  /// The reason why the installed version, if any, is not accepted.
  func objection(to found: InstalledExtension) -> PackError? {
    guard let version = found.version else {
      return found.isAvailable ? nil : notOnServer
    }
    guard found.schema == "public" else {
      return PackError(
        .extensionUnavailable,
        "the extension \(name) is in the schema \(found.schema ?? "?"), and must be in public",
        hint: "Run as its owner: ALTER EXTENSION \(name) SET SCHEMA public;")
    }
    guard let installed = PackVersion(prefixOf: version), let least = PackVersion(minimum),
      installed >= least
    else {
      return PackError(
        .extensionUnavailable,
        "the extension \(name) is \(version), and must be \(minimum) or later",
        hint: "Install a newer release on the server, then as its owner: "
          + "ALTER EXTENSION \(name) UPDATE;")
    }
    return nil
  }

  /// The reason why it cannot be created. Errors that are no refusal of the server stay as they are.
  func objection(to error: PackError) -> PackError {
    guard let cause = error.cause, cause.kind == .server, !error.isTransient else { return error }
    let hint =
      cause.code == .insufficientPrivilege
      ? "Let a superuser run: \(creation);"
      : cause.hint ?? "Correct that on the server, then run as a superuser: \(creation);"
    return PackError(
      .extensionUnavailable, "the extension \(name) cannot be created: \(cause.message)",
      hint: hint, cause: cause)
  }

  private var notOnServer: PackError {
    var hint = "Install \(name) \(minimum) or later on the server"
    if name == "pg_textsearch" {
      hint +=
        " (github.com/timescale/pg_textsearch), add it to shared_preload_libraries, and restart the "
        + "server; or, with the built-in schema pack, pass --text-search gin"
    }
    return PackError(
      .extensionUnavailable, "the server does not have the extension \(name)", hint: hint + ".")
  }
}

/// The server's catalog entry of an extension.
struct InstalledExtension {
  let schema: String?
  let version: String?
  let isAvailable: Bool
}
