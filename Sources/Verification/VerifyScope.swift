import Foundation
import JobModel
import Mapping
import OldModel
import RunRecord

/// The scope of a verification, from the ledger: the migrated engines, and how they were migrated.
package struct VerifyScope: Sendable {
  /// An engine whose every job is done.
  package struct Engine: Hashable, Sendable {
    package var slug: String
    /// The ranges in which its memories were copied.
    package var chunks: [Job]
    /// Indexes that were built after the copy, by name.
    package var indexNames: Set<String>
    /// M4: source rows that were set aside because the target refuses them.
    package var rejected: [UUID]

    package init(slug: String, chunks: [Job], indexNames: Set<String>, rejected: [UUID]) {
      self.slug = slug
      self.chunks = chunks
      self.indexNames = indexNames
      self.rejected = rejected
    }

    var schema: String { SpaceSchema.name(of: slug) }
  }

  /// An engine that is not verified.
  package struct Unverified: Hashable, Sendable {
    package var slug: String
    /// Left out on purpose; anything else makes the verification incomplete.
    package var isSkipped: Bool
    /// `failed: …`, `skipped: …`
    package var state: String

    package init(slug: String, isSkipped: Bool, state: String) {
      self.slug = slug
      self.isSkipped = isSkipped
      self.state = state
    }
  }

  package var run: UUID
  package var epoch: Int
  /// By the clock of the ledger's machine.
  package var startedAt: Date
  package var settings: RunSettings
  package var engines: [Engine]
  package var unverified: [Unverified]
  package var warnings: [MigrationWarning]
  package var facts: [Fact]

  package init(
    run: UUID, epoch: Int, startedAt: Date, settings: RunSettings, engines: [Engine],
    unverified: [Unverified], warnings: [MigrationWarning], facts: [Fact]
  ) {
    self.run = run
    self.epoch = epoch
    self.startedAt = startedAt
    self.settings = settings
    self.engines = engines
    self.unverified = unverified
    self.warnings = warnings
    self.facts = facts
  }
}
