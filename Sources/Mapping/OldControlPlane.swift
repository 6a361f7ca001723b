import Foundation
import JobModel

/// `accounts.identity`: a human who can log in.
package struct OldIdentity: Hashable, Sendable {
  package var id: UUID
  /// Its key is the target's `lower(email)`.
  package var email: FoldedText
  package var name: String
  package var createdAt: Timestamp

  package init(id: UUID, email: FoldedText, name: String, createdAt: Timestamp) {
    self.id = id
    self.email = email
    self.name = name
    self.createdAt = createdAt
  }
}

/// `accounts.oauth_account`, without its tokens, which are never read.
package struct OldOAuthAccount: Hashable, Sendable {
  package var id: UUID
  package var identityID: UUID
  /// `google` or `github`.
  package var provider: String
  package var providerAccountID: String
  package var createdAt: Timestamp

  package init(
    id: UUID, identityID: UUID, provider: String, providerAccountID: String, createdAt: Timestamp
  ) {
    self.id = id
    self.identityID = identityID
    self.provider = provider
    self.providerAccountID = providerAccountID
    self.createdAt = createdAt
  }
}

/// `accounts.session`.
package struct OldSession: Hashable, Sendable {
  package var id: UUID
  package var identityID: UUID
  /// sha256 of the raw token: 32 bytes, carried verbatim.
  package var tokenHash: Data
  package var expiresAt: Timestamp
  package var createdAt: Timestamp
  /// `expires_at > now()`, by the source's clock.
  package var isLive: Bool

  package init(
    id: UUID, identityID: UUID, tokenHash: Data, expiresAt: Timestamp, createdAt: Timestamp,
    isLive: Bool
  ) {
    self.id = id
    self.identityID = identityID
    self.tokenHash = tokenHash
    self.expiresAt = expiresAt
    self.createdAt = createdAt
    self.isLive = isLive
  }
}

/// `org_member.role`, also the role an invitation offers.
package enum OldOrgRole: String, CaseIterable, Hashable, Sendable {
  case owner, admin, member

  /// Whether it becomes an admin of the org's spaces (R1, R12).
  package var isAdmin: Bool {
    switch self {
    case .owner, .admin: true
    case .member: false
    }
  }
}

/// `accounts.org_member`.
package struct OldOrgMember: Hashable, Sendable {
  package var orgID: UUID
  package var identityID: UUID
  package var role: OldOrgRole
  /// Its rank among the members of its org, computed by the server:
  /// `rank() over (partition by org_id order by created_at)`. Equal times give equal ranks.
  package var joinRank: Int

  package init(orgID: UUID, identityID: UUID, role: OldOrgRole, joinRank: Int) {
    self.orgID = orgID
    self.identityID = identityID
    self.role = role
    self.joinRank = joinRank
  }
}

/// `accounts.engine`.
package struct OldEngine: Hashable, Sendable {
  package var id: UUID
  package var orgID: UUID
  /// Twelve characters of `[a-z0-9]`, unique over all engines.
  package var slug: String
  package var name: String
  /// `active`, `suspended` or `deleted`; text, so that the status of a later release is
  /// listed instead of being an error.
  package var status: String
  /// A PostgreSQL text search configuration.
  package var language: String

  package init(
    id: UUID, orgID: UUID, slug: String, name: String, status: String, language: String
  ) {
    self.id = id
    self.orgID = orgID
    self.slug = slug
    self.name = name
    self.status = status
    self.language = language
  }

  /// The shard's schema that holds its memories.
  package var schema: String { SpaceSchema.name(of: slug) }
}

/// `accounts.invitation`.
package struct OldInvitation: Hashable, Sendable {
  package var id: UUID
  package var orgID: UUID
  package var email: String
  package var role: OldOrgRole
  package var invitedBy: UUID?
  /// Neither accepted nor expired, by the source's clock.
  package var isPending: Bool

  package init(
    id: UUID, orgID: UUID, email: String, role: OldOrgRole, invitedBy: UUID?, isPending: Bool
  ) {
    self.id = id
    self.orgID = orgID
    self.email = email
    self.role = role
    self.invitedBy = invitedBy
    self.isPending = isPending
  }
}
