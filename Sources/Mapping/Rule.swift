/// A rule of the old → new mapping, by the id that warnings, the report and the tests cite.
package enum Rule: String, CaseIterable, Codable, Hashable, Sendable {
  case I1, I2, I3, I4, I5, I6, I7
  case E1, E2, E3, E4
  case R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12
  /// Not numbered: the target itself gives every member of a space its own `home` subtree.
  case home
}
