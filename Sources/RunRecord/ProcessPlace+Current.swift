import Foundation
import JobModel
import PostgresLink

extension ProcessPlace {
  /// This process.
  package static var current: ProcessPlace {
    let pid = Int(ProcessInfo.processInfo.processIdentifier)
    return ProcessPlace(
      host: ProcessInfo.processInfo.hostName, boot: bootAndNamespace, pid: pid,
      startTicks: startTicks(of: pid))
  }

  /// Whether the process is certainly gone; only true within the same boot and pid namespace.
  package var isKnownDead: Bool {
    guard host == ProcessInfo.processInfo.hostName, boot == Self.bootAndNamespace else {
      return false
    }
    switch Self.life(of: pid) {
    case .gone: return true
    case .since(let ticks): return ticks != startTicks
    case .hidden: return false
    }
  }

  private static func startTicks(of pid: Int) -> Int {
    if case .since(let ticks) = life(of: pid) { ticks } else { 0 }
  }

  private static var bootAndNamespace: String {
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return "\(boot?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "?") \(namespace ?? "?")"
  }

  /// What this process can see of another one.
  enum Life: Hashable {
    /// It does not exist, or has ended and was not waited for.
    case gone
    /// It lives, and began at this clock tick after boot.
    case since(ticks: Int)
    /// It exists, but `/proc` does not show it: `hidepid` hides the processes of other users.
    case hidden
  }

  private static func life(of pid: Int) -> Life {
    let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    return life(stat: stat, exists: kill(pid_t(pid), 0) == 0 || errno != ESRCH)
  }

  /// - Parameters:
  ///   - stat: the content of `/proc/<pid>/stat`; nil where it cannot be read. Field 22 is the start; the
  ///     second one, the command, may hold spaces and parentheses.
  ///   - exists: whether the kernel knows a process of this number.
  static func life(stat: String?, exists: Bool) -> Life {
    guard let stat, let end = stat.lastIndex(of: ")") else { return exists ? .hidden : .gone }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let ticks = Int(fields[19]) else { return .hidden }
    return fields[0] == "Z" ? .gone : .since(ticks: ticks)
  }
}
