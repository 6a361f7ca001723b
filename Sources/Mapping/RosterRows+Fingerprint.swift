import Digest
import Foundation

extension RosterRows {
  /// A digest of the published roster: kept in the roster's mark, and later compared with the roster that
  /// follows from the sources. It depends only on the engine's own data.
  package struct Fingerprint: Hashable, Sendable {
    /// `people=… access=… invitations=…`, each with half a sha256 in hex.
    package let text: String

    /// A fingerprint from a mark.
    package init(text: String) {
      self.text = text
    }

    /// The names of the parts that differ from `other`, in a fixed order.
    package func parts(differingFrom other: Fingerprint) -> [String] {
      let pairs = zip(text.split(separator: " "), other.text.split(separator: " "))
      return pairs.filter { $0 != $1 }.map { part, _ in String(part.prefix { $0 != "=" }) }
    }
  }

  /// The same for equal rosters, whatever release computed them.
  package var fingerprint: Fingerprint {
    let people =
      [[space.name, space.language]]
      + members.map { ["\($0.principal)", "\($0.isAdmin)"] }
      + groups.map { ["\($0.ref)", $0.name] }
      + groupMembers.map { [$0.groupID.text, "\($0.member)", "\($0.isAdmin)"] }
    let access = treeAccess.map { ["\($0.principal)", $0.path.text, "\($0.level.rawValue)"] }
    let invited = invitations.map { [$0.email, "\($0.isAdmin)", $0.invitedBy?.text ?? ""] }
    return Fingerprint(
      text: [("people", people), ("access", access), ("invitations", invited)]
        .map { "\($0)=\(Self.digest($1))" }.joined(separator: " "))
  }

  /// Every value with its length in front, so that different lists give different texts.
  private static func digest(_ rows: [[String]]) -> String {
    let text = rows.joined().map { "\($0.utf8.count):\($0)" }.joined()
    return String(SHA256.hexadecimal(of: text.utf8).prefix(32))
  }
}
