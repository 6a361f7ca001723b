import Foundation

/// Who the servers run as. PostgreSQL refuses root, so root hands them to the user `nobody`.
enum UnprivilegedUser {
  /// Gives a file or folder to the user that servers run as.
  static func own(_ path: URL) throws {
    guard let (user, group) = identifiers() else { return }
    guard chown(path.path, user, group) == 0 else {
      throw LocalServerError(
        operation: "giving \(path.path) to nobody", reason: String(cString: strerror(errno)))
    }
  }

  /// The arguments that run `program` as that user.
  ///
  /// A checkout in a folder that only root may enter keeps `nobody` out of `program` and `folder`;
  /// there, and only there, the program may pass by file permissions.
  static func command(_ program: String, _ arguments: [String], folder: URL) async throws
    -> [String]
  {
    guard let (user, group) = identifiers() else { return [program] + arguments }
    var drop = ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"]
    let probe = ["sh", "-c", #"test -x "$1" && test -w "$2""#, "sh", program, folder.path]
    if try await Command(arguments: drop + probe).run().status != 0 {
      // initdb asks access(2), which counts capabilities of such a user only without the fixup.
      drop += [
        "--securebits=+no_setuid_fixup", "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
      ]
    }
    return drop + [program] + arguments
  }

  private static func identifiers() -> (uid_t, gid_t)? {
    guard geteuid() == 0, let nobody = getpwnam("nobody") else { return nil }
    return (nobody.pointee.pw_uid, nobody.pointee.pw_gid)
  }
}
