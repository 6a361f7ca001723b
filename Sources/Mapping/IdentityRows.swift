import Foundation

/// The rows of `auth` and `core` for all identities, once for all engines (I1–I6).
package struct IdentityRows: Hashable, Sendable {
  /// I1: a row of `auth.users` and, with the same id, a principal of kind u.
  package struct User: Hashable, Identifiable, Sendable {
    package var id: UUID
    package var email: String
    /// The display name, for `auth.users`.
    package var name: String
    /// The name in `core.principal`: the email, or the name given with `--user-name` (I6).
    package var principalName: String
    /// The time for both rows. `create_user` cannot set it, so the caller sets it afterwards.
    package var createdAt: Timestamp

    /// Equal if every column is equal byte by byte, because a server distinguishes composed and
    /// decomposed letters.
    package static func == (left: Self, right: Self) -> Bool {
      left.id == right.id && left.createdAt == right.createdAt
        && ExactText(left.email) == ExactText(right.email)
        && ExactText(left.name) == ExactText(right.name)
        && ExactText(left.principalName) == ExactText(right.principalName)
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(id)
    }

    package init(
      id: UUID, email: String, name: String, principalName: String, createdAt: Timestamp
    ) {
      self.id = id
      self.email = email
      self.name = name
      self.principalName = principalName
      self.createdAt = createdAt
    }
  }

  /// I2: a row of `auth.accounts`; its tokens stay empty.
  package struct Account: Hashable, Identifiable, Sendable {
    /// The unique key of a row of `auth.accounts`; its uuid is the target's own.
    package struct ID: Hashable, Sendable {
      package var providerID: String
      package var accountID: ExactText

      package init(providerID: String, accountID: ExactText) {
        self.providerID = providerID
        self.accountID = accountID
      }
    }

    package var id: ID
    package var userID: UUID
    package var createdAt: Timestamp

    package init(id: ID, userID: UUID, createdAt: Timestamp) {
      self.id = id
      self.userID = userID
      self.createdAt = createdAt
    }
  }

  /// I3: a row of `auth.sessions`.
  package struct Session: Hashable, Identifiable, Sendable {
    package var userID: UUID
    /// Kept as it is, so that people's cookies keep working.
    package var tokenHash: Data
    package var expiresAt: Timestamp
    package var createdAt: Timestamp

    package init(userID: UUID, tokenHash: Data, expiresAt: Timestamp, createdAt: Timestamp) {
      self.userID = userID
      self.tokenHash = tokenHash
      self.expiresAt = expiresAt
      self.createdAt = createdAt
    }

    package var id: Data { tokenHash }
  }

  /// By id.
  package var users: [User]
  /// In the order of the source.
  package var accounts: [Account]
  /// In the order of the source; empty if the target cannot hold them.
  package var sessions: [Session]
  /// I3, I5, I6.
  package var warnings: [MappingWarning]
  /// I6: identities that cannot be users of the target. They are left out with their accounts and sessions.
  package private(set) var refused: Set<UUID>

  /// Maps the identities as they are now. Before a run begins, ``refusals`` must be empty. A person who
  /// joins later and cannot be a user must not stop all engines, so a warning replaces that person's
  /// rows.
  ///
  /// - Parameters:
  ///   - userNames: I6: `--user-name <identity id>=<name>`, with the target's `lower(name)`.
  ///   - targetHasTokenHash: I3: whether `auth.sessions` has the column `token_hash`.
  package init(
    identities all: [OldIdentity], accounts: [OldOAuthAccount], sessions: [OldSession],
    userNames: [UUID: FoldedText] = [:], targetHasTokenHash: Bool
  ) {
    let refusals = Self.refusals(identities: all, userNames: userNames)
    let rows = Set(refusals.map(\.row))
    refused = Set(all.map(\.id).filter { rows.contains($0.text) })
    let identities = all.filter { !rows.contains($0.id.text) }
    users = identities.sorted { $0.id < $1.id }.map { identity in
      User(
        id: identity.id, email: identity.email.text, name: identity.name,
        principalName: (userNames[identity.id] ?? identity.email).text,
        createdAt: identity.createdAt)
    }
    self.accounts = []
    self.sessions = []
    warnings = refusals.map { refusal in
      MappingWarning(
        rule: refusal.rule, row: refusal.row,
        message: refusal.message + " It was left out. " + refusal.hint)
    }
    let known = Set(all.map(\.id))
    add(accounts.filter { !refused.contains($0.identityID) }, known: known)
    add(
      sessions.filter { !refused.contains($0.identityID) }, known: known,
      targetHasTokenHash: targetHasTokenHash)
  }

  /// I2, I5.
  private mutating func add(_ old: [OldOAuthAccount], known: Set<UUID>) {
    for account in old {
      guard known.contains(account.identityID) else {
        warnings.append(.orphan("OAuth account", account.id))
        continue
      }
      let id = Account.ID(
        providerID: account.provider, accountID: ExactText(account.providerAccountID))
      accounts.append(
        Account(id: id, userID: account.identityID, createdAt: account.createdAt))
    }
  }

  /// I3, I5.
  private mutating func add(_ old: [OldSession], known: Set<UUID>, targetHasTokenHash: Bool) {
    let live = old.filter(\.isLive)
    guard targetHasTokenHash else {
      guard !live.isEmpty else { return }
      let message = "The target's sessions have no token_hash: everyone logs in again."
      warnings.append(MappingWarning(rule: .I3, row: nil, message: message))
      return
    }
    for session in live {
      guard known.contains(session.identityID) else {
        warnings.append(.orphan("session", session.id))
        continue
      }
      sessions.append(
        Session(
          userID: session.identityID, tokenHash: session.tokenHash,
          expiresAt: session.expiresAt, createdAt: session.createdAt))
    }
  }
}

extension MappingWarning {
  /// I5.
  fileprivate static func orphan(_ what: String, _ id: UUID) -> MappingWarning {
    MappingWarning(
      rule: .I5, row: id.text,
      message: "The identity of this \(what) no longer exists; the \(what) was left out.")
  }
}
