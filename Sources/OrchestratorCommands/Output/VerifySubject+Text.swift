import Databases
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

extension VerifySubject {
  /// For people, in a few words.
  var title: String {
    switch self {
    case .engines: "engines"
    case .users: "users = principals"
    case .accounts: "logins"
    case .sessions: "live sessions"
    case .memoryCounts: "memories, counted"
    case .memoryNames: "no memory is named"
    case .embeddingQueue: "embedding queue"
    case .indexes: "indexes"
    case .spaces: "spaces"
    case .members: "rosters"
    case .admins: "admins"
    case .access: "everybody's access"
    case .agents: "agents"
    case .groups: "groups"
    case .groupMembers: "group members"
    case .grants: "grants"
    case .invitations: "invitations"
    case .memoryChecksums: "memories, compared"
    case .accessParity: "access parity"
    }
  }

  /// `34 engines`, `1 row`.
  func counted(_ number: Int) -> String {
    switch self {
    case .engines: Figures.count(number, "engine")
    case .users, .accounts, .sessions, .groupMembers, .grants, .memoryCounts, .memoryNames,
      .memoryChecksums:
      Figures.count(number, "row")
    case .embeddingQueue: "\(Figures.count(number)) without an embedding"
    case .indexes: number == 1 ? "1 index" : "\(Figures.count(number)) indexes"
    case .spaces, .admins: Figures.count(number, "space")
    case .members, .access: Figures.count(number, "member")
    case .agents: Figures.count(number, "agent")
    case .groups: Figures.count(number, "group")
    case .invitations: Figures.count(number, "invitation")
    case .accessParity: Figures.count(number, "principal")
    }
  }

  /// What to do about a finding.
  var remedy: String {
    switch self {
    case .engines:
      "orchestrator status says why; orchestrator resume migrates what is not migrated yet"
    case .users, .accounts, .sessions:
      "if the source changed since: `orchestrator resume`; if the target was changed: put it back"
    case .memoryCounts, .memoryNames, .memoryChecksums, .embeddingQueue:
      "find out who wrote to either side; to copy an engine again: orchestrator reset --engine "
        + "<slug>, then orchestrator resume"
    case .indexes:
      "build what is missing from its definition; REINDEX what is not valid"
    case .spaces, .members, .admins, .access, .agents, .groups, .groupMembers, .grants,
      .invitations:
      "if the source changed since, migrate the engine again (`orchestrator reset --engine <slug>`, "
        + "then orchestrator resume); if the target was changed: put it back"
    case .accessParity:
      "no rule of the mapping explains it: look at the grants of that principal on both sides"
    }
  }
}
