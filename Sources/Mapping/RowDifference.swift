/// I7: what the target lacks, has otherwise, or has too much, against the plan made from the sources
/// as they are now.
package struct RowDifference<Row: Hashable & Identifiable> {
  /// Planned and not in the target.
  package var missing: [Row]
  /// In the target under the same id with other values; these are the planned ones.
  package var changed: [Row]
  /// In the target and no longer planned.
  package var surplus: [Row]

  /// Neither side may hold an id twice; both have it as their key.
  package init(planned: [Row], present: [Row]) {
    let presentByID = Dictionary(present.map { ($0.id, $0) }) { first, _ in first }
    let plannedIDs = Set(planned.map(\.id))
    missing = planned.filter { presentByID[$0.id] == nil }
    changed = planned.filter { row in presentByID[row.id].map { $0 != row } ?? false }
    surplus = present.filter { !plannedIDs.contains($0.id) }
  }

  /// Whether the target is as planned.
  package var isEmpty: Bool { missing.isEmpty && changed.isEmpty && surplus.isEmpty }
}

extension RowDifference: Sendable where Row: Sendable {}
