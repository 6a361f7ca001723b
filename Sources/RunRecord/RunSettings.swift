import Foundation
import JobModel

/// What decides the result of a run: fixed when it starts, and kept in the ledger and in the target. A resume
/// changes nothing of it, but that it may let rows be set aside.
package struct RunSettings: Codable, Hashable, Sendable {
  /// E3: the slugs asked for; nil for every active engine.
  package var engines: [String]?
  /// The folder of the schema pack; nil for the built-in one. Its content is bound by its hash.
  package var schemaPack: String?
  /// `bm25` or `gin`.
  package var textSearch: String
  /// M4: bad rows are set aside instead of failing their engine. May be allowed by a later resume, and then
  /// stays so.
  package var quarantines: Bool
  /// R12: false with `--no-invitations`.
  package var includesInvitations: Bool
  /// The sources are live: drift is caught up and warned of.
  package var isRehearsal: Bool
  /// `start --ahead`: everything is copied while the sources are live, and published by a cutover.
  package var isAhead: Bool
  /// The intended size of one memory chunk in bytes.
  package var chunkBytes: Int
  /// The role that owns everything created; nil for the one that connects.
  package var owner: String?
  /// I6: names for identities whose email cannot serve as one, by identity id.
  package var userNames: [String: String]

  package init(
    engines: [String]? = nil, schemaPack: String? = nil, textSearch: String = "bm25",
    quarantines: Bool = false,
    includesInvitations: Bool = true, isRehearsal: Bool = false, isAhead: Bool = false,
    chunkBytes: Int = 8 << 20,
    owner: String? = nil, userNames: [String: String] = [:]
  ) {
    self.engines = engines
    self.schemaPack = schemaPack
    self.textSearch = textSearch
    self.quarantines = quarantines
    self.includesInvitations = includesInvitations
    self.isRehearsal = isRehearsal
    self.isAhead = isAhead
    self.chunkBytes = chunkBytes
    self.owner = owner
    self.userNames = userNames
  }
}

extension RunSettings {
  /// Reads settings of earlier releases, too: what they did not know has its default.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    engines = try values.decodeIfPresent([String].self, forKey: .engines)
    schemaPack = try values.decodeIfPresent(String.self, forKey: .schemaPack)
    textSearch = try values.decode(String.self, forKey: .textSearch)
    quarantines = try values.decode(Bool.self, forKey: .quarantines)
    includesInvitations = try values.decode(Bool.self, forKey: .includesInvitations)
    isRehearsal = try values.decode(Bool.self, forKey: .isRehearsal)
    isAhead = try values.decodeIfPresent(Bool.self, forKey: .isAhead) ?? false
    chunkBytes = try values.decode(Int.self, forKey: .chunkBytes)
    owner = try values.decodeIfPresent(String.self, forKey: .owner)
    userNames = try values.decode([String: String].self, forKey: .userNames)
  }
}

/// The settings that decide the speed of a run. Every resume may change them, since the result stays the
/// same.
package struct RunTuning: Codable, Hashable, Sendable {
  /// Engines that are copied at the same time. Those whose chunks are over are not counted.
  package var workers: Int
  /// Ranges that are read from the shard at the same time.
  package var streams: Int
  /// Index builds at the same time.
  package var indexBuilds: Int
  /// Limit over all streams; nil for no limit.
  package var bytesPerSecondMax: Int?
  /// The time without progress after which the run gives up.
  package var giveUpAfterSeconds: Int
  /// False lets chunks commit without waiting for the target's disk. Other jobs always wait.
  package var synchronousCommit: Bool
  /// The least time between the beginnings of two passes over live sources; nil for the default.
  package var passEverySeconds: Int?

  package init(
    workers: Int = 8, streams: Int = 4, indexBuilds: Int = 2, bytesPerSecondMax: Int? = nil,
    giveUpAfterSeconds: Int = 15 * 60, synchronousCommit: Bool = true,
    passEverySeconds: Int? = nil
  ) {
    self.workers = workers
    self.streams = streams
    self.indexBuilds = indexBuilds
    self.bytesPerSecondMax = bytesPerSecondMax
    self.giveUpAfterSeconds = giveUpAfterSeconds
    self.synchronousCommit = synchronousCommit
    self.passEverySeconds = passEverySeconds
  }
}
