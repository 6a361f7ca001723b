import Foundation
import JobModel
import PostgresLink

extension ProcessPlace {
  /// This process.
  package static var current: ProcessPlace {
    let pid = Int(ProcessInfo.processInfo.processIdentifier)
    return ProcessPlace(
      host: ProcessInfo.processInfo.hostName, boot: bootAndNamespace, pid: pid,
      startTicks: startTicks(of: pid) ?? 0)
  }

  /// Whether the process there is certainly gone: only said of this very boot and pid namespace.
  package var isKnownDead: Bool {
    guard host == ProcessInfo.processInfo.hostName, boot == Self.bootAndNamespace else {
      return false
    }
    return Self.startTicks(of: pid) != startTicks
  }

  private static var bootAndNamespace: String {
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return "\(boot?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "?") \(namespace ?? "?")"
  }

  /// Field 22 of /proc/<pid>/stat; the second one, the command, may hold spaces and parentheses.
  private static func startTicks(of pid: Int) -> Int? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z" else { return nil }
    return Int(fields[19])
  }
}
