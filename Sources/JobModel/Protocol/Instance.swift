import Foundation

/// One run of one orchestrator process. The fence distinguishes instances.
package struct InstanceID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
  package let rawValue: UUID

  package init(rawValue: UUID) {
    self.rawValue = rawValue
  }

  package var description: String { rawValue.uuidString.lowercased() }
}

/// The right to write, valid while the target's `run` row has the same values.
package struct Fence: Hashable, Sendable {
  package var epoch: Int
  package var instance: InstanceID

  package init(epoch: Int, instance: InstanceID) {
    self.epoch = epoch
    self.instance = instance
  }
}

/// The place of a process, precise enough to know that it is dead: a pid counts only on the same boot of
/// the same host, in the same pid namespace, with the same start.
package struct ProcessPlace: Hashable, Sendable, Codable {
  package var host: String
  /// The kernel's id of this boot and of the pid namespace.
  package var boot: String
  package var pid: Int
  /// Clock ticks between boot and the process's start.
  package var startTicks: Int

  package init(host: String, boot: String, pid: Int, startTicks: Int) {
    self.host = host
    self.boot = boot
    self.pid = pid
    self.startTicks = startTicks
  }
}

/// The target's `run` row with its latest heartbeat, as read in one statement.
package struct RunRow: Hashable, Sendable {
  package var runID: UUID
  package var fence: Fence
  package var place: ProcessPlace
  /// Seconds since the last heartbeat, by the target's clock; nil if there was none.
  package var heartbeatAge: Double?
  /// Set once `finish` has begun.
  package var isFinishing: Bool

  package init(
    runID: UUID, fence: Fence, place: ProcessPlace, heartbeatAge: Double?, isFinishing: Bool
  ) {
    self.runID = runID
    self.fence = fence
    self.place = place
    self.heartbeatAge = heartbeatAge
    self.isFinishing = isFinishing
  }
}
