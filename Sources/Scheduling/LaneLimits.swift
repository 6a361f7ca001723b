import JobModel

/// The kinds of lanes. A job waits for a lane besides its dependencies, and lanes of one kind are limited
/// together.
package enum LaneKind: Hashable, Sendable, CaseIterable {
  /// Sessions with all three databases: provisioning, identities, spaces, rosters.
  case control
  /// A source and a target session, streaming.
  case copy
  /// A target session that builds an index.
  case build
}

extension JobKind {
  /// The lanes that run it.
  package var lane: LaneKind {
    switch self {
    case .provision, .identities, .space, .roster: .control
    case .memories, .catchUp: .copy
    case .index: .build
    }
  }
}

/// The limits of concurrent work.
package struct LaneLimits: Hashable, Sendable {
  /// Engines that are copied at the same time. Those whose chunks are over are not counted.
  package var engines: Int
  /// Ranges that are read from the source at the same time. A range that has been read makes
  /// room for the next one while the target commits it.
  package var streams: Int
  /// Index builds at the same time.
  package var indexBuilds: Int

  package init(engines: Int, streams: Int, indexBuilds: Int) {
    precondition(engines > 0 && streams > 0 && indexBuilds > 0)
    self.engines = engines
    self.streams = streams
    self.indexBuilds = indexBuilds
  }

  /// The number of lanes of one kind. Half of the copy lanes may read while the others commit.
  package subscript(_ kind: LaneKind) -> Int {
    switch kind {
    case .control: min(engines, 4)
    case .copy: 2 * streams
    case .build: indexBuilds
    }
  }
}
