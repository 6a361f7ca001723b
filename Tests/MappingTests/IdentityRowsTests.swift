import Foundation
@testable import Mapping
import Testing

struct IdentityPlanTests {
  private func identity(_ number: Int, _ email: String) -> OldIdentity {
    OldIdentity(
      id: id(number), email: folded(email), name: "Name \(number)",
      createdAt: Timestamp("2024-05-01 10:00:00.123456+00"))
  }

  private func account(_ number: Int, of identity: Int) -> OldOAuthAccount {
    OldOAuthAccount(
      id: id(number), identityID: id(identity), provider: "github",
      providerAccountID: "gh-\(number)", createdAt: Timestamp("-infinity"))
  }

  private func session(_ number: Int, of identity: Int, live: Bool = true) -> OldSession {
    OldSession(
      id: id(number), identityID: id(identity), tokenHash: Data([UInt8(number), 0, 0xFF]),
      expiresAt: Timestamp("infinity"), createdAt: Timestamp("2024-05-01 10:00:00.000001+00"),
      isLive: live)
  }

  private func problems(
    _ identities: [OldIdentity], names: [UUID: FoldedText] = [:]
  ) -> [String] {
    IdentityRows.refusals(identities: identities, userNames: names).map(\.row)
  }

  @Test("I1: an identity keeps its id and its microseconds; its principal is called by its email")
  func users() throws {
    let plan = IdentityRows(
      identities: [identity(2, "b@x.org"), identity(1, "A@x.org")], accounts: [], sessions: [],
      targetHasTokenHash: true)
    #expect(plan.users.map(\.id) == [id(1), id(2)])
    #expect(plan.users[0].email == "A@x.org")
    #expect(plan.users[0].principalName == "A@x.org")
    #expect(plan.users[0].name == "Name 1")
    #expect(plan.users[0].createdAt.text == "2024-05-01 10:00:00.123456+00")
    #expect(plan.warnings.isEmpty)
  }

  @Test("I2, I5: accounts follow their identity; those without are warned of")
  func accounts() throws {
    let plan = IdentityRows(
      identities: [identity(1, "a@x.org")], accounts: [account(10, of: 1), account(11, of: 7)],
      sessions: [], targetHasTokenHash: true)
    #expect(plan.accounts.map(\.userID) == [id(1)])
    #expect(plan.accounts[0].id.providerID == "github")
    #expect(plan.accounts[0].id.accountID.text == "gh-10")
    #expect(plan.accounts[0].createdAt.text == "-infinity")
    #expect(plan.warnings.map(\.rule) == [.I5])
    #expect(plan.warnings.map(\.row) == [id(11).text])
  }

  @Test("I3, I5: live sessions go verbatim, expired ones never, orphans are warned of")
  func sessions() throws {
    let plan = IdentityRows(
      identities: [identity(1, "a@x.org")], accounts: [],
      sessions: [
        session(20, of: 1), session(21, of: 1, live: false), session(22, of: 7),
        session(23, of: 7, live: false),
      ],
      targetHasTokenHash: true)
    #expect(plan.sessions.map(\.tokenHash) == [Data([20, 0, 0xFF])])
    #expect(plan.sessions[0].expiresAt.text == "infinity")
    #expect(plan.warnings.map(\.row) == [id(22).text])
    #expect(plan.warnings.map(\.rule) == [.I5])
  }

  @Test("I3: a target without token_hash gets no session, and one note says so")
  func plaintextTokens() throws {
    let live = [session(20, of: 1), session(21, of: 1), session(22, of: 7)]
    for (sessions, notes) in [(live, 1), ([session(23, of: 1, live: false)], 0), ([], 0)] {
      let plan = IdentityRows(
        identities: [identity(1, "a@x.org")], accounts: [], sessions: sessions,
        targetHasTokenHash: false)
      #expect(plan.sessions.isEmpty)
      #expect(plan.warnings.map(\.rule) == Array(repeating: .I3, count: notes))
    }
  }

  @Test("I6: an email with '/' is refused, unless --user-name gives the principal a name")
  func slash() throws {
    let slashed = identity(1, "a/b@x.org")
    let refusals = IdentityRows.refusals(identities: [slashed])
    #expect(refusals.map(\.rule) == [.I6])
    #expect(refusals[0].hint.contains("--user-name \(id(1).text)="))
    #expect(!refusals.description.contains("x.org"), "no email in a refusal")
    let without = IdentityRows(
      identities: [slashed], accounts: [], sessions: [], targetHasTokenHash: true)
    #expect(without.users.isEmpty)
    #expect(without.refused == [id(1)])
    #expect(without.warnings.map(\.rule) == [.I6])
    let plan = IdentityRows(
      identities: [slashed], accounts: [], sessions: [], userNames: [id(1): folded("ab")],
      targetHasTokenHash: true)
    #expect(plan.users.map(\.principalName) == ["ab"])
    #expect(plan.users.map(\.email) == ["a/b@x.org"])
    #expect(problems([identity(1, "a@x.org")], names: [id(1): folded("a/b")]) == [id(1).text])
  }

  @Test(
    "I6: an id that is not v7 is refused",
    arguments: [
      "01890000-0000-4000-8000-000000000001", "01890000-0000-7000-0000-000000000001",
      "01890000-0000-7000-c000-000000000001", "00000000-0000-0000-0000-000000000000",
    ])
  func version7(text: String) throws {
    var old = identity(1, "a@x.org")
    old.id = try #require(UUID(uuidString: text))
    #expect(problems([old]) == [text])
    #expect(id(1).isVersion7)
  }

  @Test("I6: emails that the target holds to be equal are refused, and no name helps")
  func equalEmails() {
    let twins = [identity(2, "A@x.org"), identity(1, "a@X.ORG"), identity(3, "b@x.org")]
    #expect(problems(twins) == [id(2).text])
    #expect(problems(twins, names: [id(2): folded("other")]) == [id(2).text])
  }

  @Test("I6: equality is by the server's key, byte for byte")
  func keys() {
    let composed = identity(1, "caf\u{E9}@x.org")
    let decomposed = identity(2, "cafe\u{301}@x.org")
    #expect(problems([composed, decomposed]).isEmpty)
    var turkish = identity(3, "I@x.org")
    turkish.email = FoldedText("I@x.org", key: "ı@x.org")
    #expect(problems([turkish, identity(4, "i@x.org")]).isEmpty)
  }

  @Test("I6: a given name may be nobody else's, and its identity must exist")
  func givenNames() {
    let both = [identity(1, "a@x.org"), identity(2, "b@x.org")]
    #expect(problems(both, names: [id(2): folded("A@X.org")]) == [id(2).text])
    #expect(problems(both, names: [id(1): folded("n"), id(2): folded("N")]) == [id(2).text])
    #expect(problems(both, names: [id(9): folded("n")]) == [id(9).text])
    #expect(problems(both, names: [id(1): folded("b@x.org"), id(2): folded("n")]).isEmpty)
  }

  @Test("I6: everything that is wrong is said at once")
  func allAtOnce() {
    #expect(problems([identity(1, "a/@x.org"), identity(2, "A/@x.org")]).count == 3)
  }

  @Test(
    "I6: somebody who cannot be a user is left out with their accounts and sessions, nobody else is"
  )
  func leftOut() {
    let rows = IdentityRows(
      identities: [identity(1, "a@x.org"), identity(2, "a/b@x.org")],
      accounts: [
        OldOAuthAccount(
          id: id(11), identityID: id(2), provider: "github", providerAccountID: "2",
          createdAt: Timestamp("2026-01-01"))
      ],
      sessions: [], userNames: [id(9): folded("gone")], targetHasTokenHash: true)
    #expect(rows.users.map(\.id) == [id(1)])
    #expect(rows.accounts.isEmpty)
    #expect(rows.refused == [id(2)])
    #expect(rows.warnings.map(\.row) == [id(2).text, id(9).text])
    #expect(!rows.warnings.description.contains("x.org"), "no email in a warning")
  }

  @Test("I7: a name that differs in its normalization alone is another one")
  func normalization() {
    func users(_ name: String) -> [IdentityRows.User] {
      var old = identity(1, "a@x.org")
      old.name = name
      return IdentityRows(
        identities: [old], accounts: [], sessions: [], targetHasTokenHash: true
      ).users
    }
    let difference = RowDifference(planned: users("caf\u{E9}"), present: users("cafe\u{301}"))
    #expect(difference.changed.count == 1)
  }

  @Test("I7: what the accounts database changed between two runs")
  func reconciliation() throws {
    func users(_ identities: [OldIdentity]) -> [IdentityRows.User] {
      IdentityRows(
        identities: identities, accounts: [], sessions: [], targetHasTokenHash: true
      ).users
    }
    let before = users([identity(1, "a@x.org"), identity(2, "b@x.org"), identity(3, "c@x.org")])
    let now = users([identity(1, "a@x.org"), identity(2, "new@x.org"), identity(4, "d@x.org")])
    let difference = RowDifference(planned: now, present: before)
    #expect(difference.missing.map(\.id) == [id(4)])
    #expect(difference.changed.map(\.email) == ["new@x.org"])
    #expect(difference.surplus.map(\.id) == [id(3)])
    #expect(!difference.isEmpty)
    #expect(RowDifference(planned: now, present: now.reversed()).isEmpty)
  }
}
