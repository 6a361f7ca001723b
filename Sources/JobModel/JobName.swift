import Foundation

/// The stable name of a job: the key of its row in the ledger and of its mark in the target.
///
/// `provision/auth`, `provision/core`, `identities`, `<slug>/space`, `<slug>/memories/<n>`,
/// `<slug>/index/<name>`, `<slug>/roster`. `<slug>/catch-up` is no planned job: its mark says how far the
/// copy of an engine follows its source.
package enum JobName: Hashable, Sendable {
  case provisionAuth
  case provisionCore
  case identities
  case space(engine: String)
  case memories(engine: String, number: Int)
  case index(engine: String, name: String)
  case catchUp(engine: String)
  case roster(engine: String)

  /// The engine's slug, or nil for the control plane's jobs.
  package var engine: String? {
    switch self {
    case .provisionAuth, .provisionCore, .identities: nil
    case .space(let engine), .memories(let engine, _), .index(let engine, _), .catchUp(let engine),
      .roster(let engine):
      engine
    }
  }

  /// The kind, which decides the lane that runs the job.
  package var kind: JobKind {
    switch self {
    case .provisionAuth, .provisionCore: .provision
    case .identities: .identities
    case .space: .space
    case .memories: .memories
    case .index: .index
    case .catchUp: .catchUp
    case .roster: .roster
    }
  }
}

extension JobName: CustomStringConvertible {
  package var description: String {
    switch self {
    case .provisionAuth: "provision/auth"
    case .provisionCore: "provision/core"
    case .identities: "identities"
    case .space(let engine): "\(engine)/space"
    case .memories(let engine, let number): "\(engine)/memories/\(number)"
    case .index(let engine, let name): "\(engine)/index/\(name)"
    case .catchUp(let engine): "\(engine)/catch-up"
    case .roster(let engine): "\(engine)/roster"
    }
  }

  /// Reads a name; nil for a text that `description` cannot have written.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
      .map(String.init)
    switch (parts.count, parts.first, parts.dropFirst().first) {
    case (2, "provision", "auth"): self = .provisionAuth
    case (2, "provision", "core"): self = .provisionCore
    case (1, "identities", _): self = .identities
    case (2, _, "space"): self = .space(engine: parts[0])
    case (2, _, "catch-up"): self = .catchUp(engine: parts[0])
    case (2, _, "roster"): self = .roster(engine: parts[0])
    case (3, _, "index") where !parts[2].isEmpty:
      self = .index(engine: parts[0], name: parts[2])
    case (3, _, "memories"):
      guard let number = Int(parts[2]), number >= 0, String(number) == parts[2] else { return nil }
      self = .memories(engine: parts[0], number: number)
    case (_, _, _): return nil
    }
    guard engine != "" else { return nil }
  }
}

/// The kind of a job's work.
package enum JobKind: String, CaseIterable, Sendable {
  case provision, identities, space, memories, index, catchUp, roster
}
