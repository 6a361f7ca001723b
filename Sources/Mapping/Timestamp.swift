/// A `timestamptz` that is only carried: the server's own text, bound back as it came.
///
/// Read in a session with `DateStyle = ISO` and `TimeZone = UTC`, it is exact to the microsecond, and
/// `infinity`, `-infinity` and `… BC` survive. It has no order here on purpose: where order matters
/// the server ranks (`OldOrgMember.joinRank`).
package struct Timestamp: Hashable, Sendable {
  package var text: String

  package init(_ text: String) {
    self.text = text
  }
}
