import JobModel

/// What a job waits for besides its dependencies: lanes of one kind are limited together.
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
    case .memories: .copy
    case .index: .build
    }
  }
}

/// How much runs at the same time.
package struct LaneLimits: Hashable, Sendable {
  /// Engines begun and not yet published.
  package var engines: Int
  /// Ranges that are read from the source at the same time. One whose reading has ended makes room for the
  /// next while the target commits it.
  package var streams: Int
  /// Index builds at the same time.
  package var indexBuilds: Int

  package init(engines: Int, streams: Int, indexBuilds: Int) {
    precondition(engines > 0 && streams > 0 && indexBuilds > 0)
    self.engines = engines
    self.streams = streams
    self.indexBuilds = indexBuilds
  }

  /// Lanes of one kind; of the copy lanes half may be reading, the others commit.
  package subscript(_ kind: LaneKind) -> Int {
    switch kind {
    case .control: min(engines, 4)
    case .copy: 2 * streams
    case .build: indexBuilds
    }
  }
}
