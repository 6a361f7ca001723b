import Foundation

extension IdentityRows {
  /// I6: the refusals that the survey reports and that make `start` refuse, by identity id.
  package static func refusals(
    identities: [OldIdentity], userNames: [UUID: FoldedText] = [:]
  ) -> [Refusal] {
    let identities = identities.sorted { $0.id < $1.id }
    return identities.filter { !$0.id.isVersion7 }.map { .notVersion7($0.id) }
      + identities.filter { (userNames[$0.id] ?? $0.email).text.contains("/") }
      .map { .slash($0.id, overridden: userNames[$0.id] != nil) }
      + twins(identities, by: \.email.key).map { .sameEmail($0.id, as: $0.first) }
      + twins(identities, by: { (userNames[$0.id] ?? $0.email).key })
      .filter { userNames[$0.id] != nil || userNames[$0.first] != nil }
      .map { .sameName($0.id, as: $0.first) }
      + Set(userNames.keys).subtracting(identities.map(\.id)).sorted().map { .unknown($0) }
  }

  /// Each identity whose key an earlier identity has, with that earlier one.
  private static func twins(
    _ identities: [OldIdentity], by key: (OldIdentity) -> ExactText
  ) -> [(id: UUID, first: UUID)] {
    var firsts: [ExactText: UUID] = [:]
    return identities.compactMap { identity in
      if let first = firsts[key(identity)] { return (identity.id, first) }
      firsts[key(identity)] = identity.id
      return nil
    }
  }
}

extension Refusal {
  private static func identity(_ id: UUID, _ message: String, _ hint: String) -> Refusal {
    Refusal(rule: .I6, row: id.text, message: message, hint: hint)
  }

  fileprivate static func notVersion7(_ id: UUID) -> Refusal {
    identity(
      id, "The identity's id is not a version 7 uuid, which the target requires.",
      "Give the identity a version 7 id in the source.")
  }

  fileprivate static func slash(_ id: UUID, overridden: Bool) -> Refusal {
    identity(
      id,
      overridden
        ? "The name given with --user-name contains '/', which no principal's name may."
        : "The identity's email contains '/', which no principal's name may.",
      "Pass --user-name \(id.text)=<name> with a name that has no '/'.")
  }

  fileprivate static func sameEmail(_ id: UUID, as first: UUID) -> Refusal {
    identity(
      id, "The identity's email equals that of \(first.text) under the target's case rules.",
      "Change one of the two emails in the source, or give the target the source's locale.")
  }

  fileprivate static func sameName(_ id: UUID, as first: UUID) -> Refusal {
    identity(
      id, "The identity would have the same principal name as \(first.text).",
      "Pass another --user-name \(id.text)=<name>.")
  }

  fileprivate static func unknown(_ id: UUID) -> Refusal {
    identity(
      id, "A --user-name was given for an identity that does not exist.",
      "Correct the id or leave the option out.")
  }
}
