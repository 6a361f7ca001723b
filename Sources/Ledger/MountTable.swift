import Foundation

/// The kernel's list of mounts, which tells the file system of a path.
///
/// Read from `/proc/self/mountinfo` and not from `statfs`, which Swift's Glibc does not export and
/// which calls every FUSE file system by one number.
struct MountTable {
  private var types: [(mountPoint: String, type: String)]

  /// `text` in the format of proc(5), "/proc/pid/mountinfo".
  init(text: String) {
    types = text.split(separator: "\n").compactMap { line in
      let halves = line.components(separatedBy: " - ")
      let left = halves[0].split(separator: " ")
      guard halves.count > 1, left.count > 4, let type = halves[1].split(separator: " ").first
      else {
        return nil
      }
      return (Self.unescape(left[4]), String(type))
    }
  }

  /// The mounts of this system; empty without `/proc`.
  static func ofThisProcess() -> MountTable {
    MountTable(text: (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? "")
  }

  /// The type of the file system of the absolute, resolved `path`; nil if it is not listed.
  func fileSystemType(of path: String) -> String? {
    let covering = types.filter {
      $0.mountPoint == "/" || path == $0.mountPoint || path.hasPrefix($0.mountPoint + "/")
    }
    let depth = covering.map(\.mountPoint.utf8.count).max()
    // Mounted over each other, the last one is seen.
    return covering.last { $0.mountPoint.utf8.count == depth }?.type
  }

  /// Whether several machines may have a file system of this type mounted at once, or its shared
  /// memory is not the kernel's own: both break the WAL index (sqlite.org/wal.html, "network").
  static func isNetwork(_ type: String) -> Bool {
    if type.hasPrefix("fuse.") { return !localFuse.contains(type) }
    return network.contains(type)
  }

  private static let network: Set<String> = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "coda", "ceph", "lustre", "gfs2",
    "ocfs2", "glusterfs", "beegfs", "gpfs", "pvfs2", "fuse",
  ]

  private static let localFuse: Set<String> = [
    "fuse.fuse-overlayfs", "fuse.mergerfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs",
    "fuse.bindfs",
  ]

  /// mountinfo writes space, tab, newline and backslash as three octal digits.
  private static func unescape(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(3), as: UTF8.self)
      if byte == UInt8(ascii: "\\"), digits.utf8.count == 3, let value = UInt8(digits, radix: 8) {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
