import Databases
import JobModel
import Mapping
import OldModel
import RunRecord

/// A subject of `verify`; the raw value is its name in JSON.
package enum VerifySubject: String, CaseIterable, Sendable {
  case engines, users, accounts, sessions
  case memoryCounts = "memory_counts"
  case memoryNames = "memory_names"
  case embeddingQueue = "embedding_queue"
  case indexes, spaces, members, admins, access, agents, groups
  case groupMembers = "group_members"
  case grants, invitations
  /// With `--deep`.
  case memoryChecksums = "memory_checksums"
  /// With `--deep`.
  case accessParity = "access_parity"

  /// Whether only `--deep` checks it.
  package var isDeep: Bool { self == .memoryChecksums || self == .accessParity }
}

/// One difference, or one note.
package struct VerifyFinding: Hashable, Sendable {
  /// The slug; nil for the control plane.
  package var engine: String?
  /// The id of the row it is about, where there is one.
  package var row: String?
  package var column: String?
  /// The rule of the mapping that explains it, for a note.
  package var rule: String?
  /// One sentence without emails, contents and secrets.
  package var message: String

  init(
    engine: String?, row: String? = nil, column: String? = nil, rule: String? = nil,
    _ message: String
  ) {
    self.engine = engine
    self.row = row
    self.column = column
    self.rule = rule
    self.message = message
  }
}

/// The result of checking one subject.
package struct VerifyCheck: Hashable, Sendable {
  package var subject: VerifySubject
  /// The number of checked rows, engines or paths.
  package var looked = 0
  /// The differences. At most `findingsMax` are kept; all are counted.
  package private(set) var findings: [VerifyFinding] = []
  package private(set) var findingsTotal = 0
  /// The explained differences, kept and counted in the same way.
  package private(set) var notes: [VerifyFinding] = []
  package private(set) var notesTotal = 0

  package static let findingsMax = 1_000

  /// Whether there is no difference.
  package var isPassed: Bool { findingsTotal == 0 }

  init(_ subject: VerifySubject) {
    self.subject = subject
  }

  mutating func fail(_ finding: VerifyFinding) {
    findingsTotal += 1
    if findings.count < Self.findingsMax { findings.append(finding) }
  }

  mutating func note(_ note: VerifyFinding) {
    notesTotal += 1
    if notes.count < Self.findingsMax { notes.append(note) }
  }

  mutating func add(_ other: VerifyCheck) {
    looked += other.looked
    findingsTotal += other.findingsTotal
    notesTotal += other.notesTotal
    findings += other.findings.prefix(Self.findingsMax - findings.count)
    notes += other.notes.prefix(Self.findingsMax - notes.count)
  }
}

/// The results of a verification, subject by subject.
package struct VerifyChecks: Hashable, Sendable {
  private var checks: [VerifySubject: VerifyCheck]

  init(deep: Bool = false) {
    let subjects = VerifySubject.allCases.filter { deep || !$0.isDeep }
    checks = Dictionary(uniqueKeysWithValues: subjects.map { ($0, VerifyCheck($0)) })
  }

  /// In the order of `VerifySubject`.
  package var all: [VerifyCheck] { VerifySubject.allCases.compactMap { checks[$0] } }

  package var isPassed: Bool { checks.values.allSatisfy(\.isPassed) }

  subscript(subject: VerifySubject) -> VerifyCheck {
    get { checks[subject] ?? VerifyCheck(subject) }
    set { checks[subject] = newValue }
  }

  mutating func add(_ other: VerifyChecks) {
    for (subject, check) in other.checks { self[subject].add(check) }
  }
}
