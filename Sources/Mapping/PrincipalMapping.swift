import Foundation

/// R2–R6: the principal that each old user of an engine becomes.
struct PrincipalMapping {
  private(set) var refs: [UUID: PrincipalRef] = [:]
  private(set) var groups: [RosterRows.Group] = []
  private(set) var agents: [RosterRows.Agent] = []
  private(set) var warnings: [MappingWarning] = []

  /// - Throws: if two users would get the same name. Their original names differ, so this takes a locale with
  ///   other case rules than the target's, or equal hashes. Merging the users would widen access.
  init(users: [OldUser], agentOwner: UUID, engine: OldEngine) throws(MappingError) {
    for user in users.sorted(by: { $0.id < $1.id }) {
      refs[user.id] = ref(of: user, agentOwner: agentOwner)
    }
    let clashes =
      Self.clashes(groups.map { ($0.oldUserID, $0.name) })
      + Self.clashes(agents.map { ($0.oldUserID, $0.name) })
    guard clashes.isEmpty else { throw MappingError(engine: engine.slug, refusals: clashes) }
  }

  private mutating func ref(of user: OldUser, agentOwner: UUID) -> PrincipalRef {
    guard user.canLogin else {
      groups.append(
        RosterRows.Group(oldUserID: user.id, name: fit(user), originalName: user.name.text))
      return .group(oldUserID: user.id)
    }
    if let identity = user.identityID { return .user(identityID: identity) }
    let name = fit(user)
    agents.append(
      RosterRows.Agent(
        ownerID: agentOwner, name: name, originalName: user.name.text, oldUserID: user.id))
    return .agent(ownerID: agentOwner, name: name)
  }

  /// R6.
  private mutating func fit(_ user: OldUser) -> String {
    let name = NameFitting.fit(user.name)
    if name != user.name.text {
      let message = "The name '\(user.name.text)' does not fit and became '\(name)'."
      warnings.append(MappingWarning(rule: .R6, row: user.id.text, message: message))
    }
    return name
  }

  private static func clashes(_ names: [(id: UUID, name: String)]) -> [Refusal] {
    Dictionary(grouping: names) { $0.name.lowercased() }
      .filter { $0.value.count > 1 }
      .sorted { $0.key < $1.key }
      .map { name, holders in
        Refusal(
          rule: .R6, row: holders.map(\.id.text).joined(separator: ", "),
          message: "These users would all be called '\(name)' in the target.",
          hint: "Rename all but one of them in the source.")
      }
  }
}
