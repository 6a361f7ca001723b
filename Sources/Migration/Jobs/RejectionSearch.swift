import Foundation
import JobModel

/// Finds what the target refuses of a range (M4), by halving it: needs no knowledge of the constraints, so
/// it finds whatever a schema pack refuses.
struct RejectionSearch {
  /// A row that was refused on its own.
  struct Refused: Hashable, Sendable {
    var id: UUID
    /// The constraint that refused it, or an SQLSTATE.
    var constraint: String
  }

  let range: IDRange
  /// Every id of the range, in order.
  let ids: [UUID]
  /// Looks no further once so many are found, counted over the whole range.
  let enough: Int
  /// Tries a part of the range; returns the constraint that refuses it, nil where all of it is taken.
  let refusal: (IDRange) async throws -> String?

  /// The rows that are refused, in the order of the ids; `enough` of them at most.
  func run() async throws -> [Refused] {
    var found: [Refused] = []
    try await search(ids.indices, &found)
    return found
  }

  /// - Parameter isRefused: known already, since the whole is and its other half is not. A single row is
  ///   tried all the same: two rows may be refused together of which each is taken.
  private func search(
    _ places: Range<Int>, isRefused: Bool = false, _ found: inout [Refused]
  ) async throws {
    guard !places.isEmpty, found.count < enough else { return }
    if !isRefused || places.count == 1 {
      guard let constraint = try await refusal(part(places)) else { return }
      guard places.count > 1 else {
        found.append(Refused(id: ids[places.lowerBound], constraint: constraint))
        return
      }
    }
    let middle = places.lowerBound + places.count / 2
    let before = found.count
    try await search(places.lowerBound..<middle, &found)
    try await search(
      middle..<places.upperBound, isRefused: found.count == before, &found)
  }

  private func part(_ places: Range<Int>) -> IDRange {
    IDRange(
      lo: places.lowerBound == 0 ? range.lo : ids[places.lowerBound - 1],
      hi: ids[places.upperBound - 1])
  }
}

/// How much of a range may be set aside (M4), and how much of it an error names.
enum RejectionLimit {
  /// An error names a few; without `--quarantine` nothing else comes of the search.
  static let named = 5

  /// A tenth of the range's rows, but no more than a thousand, and of a small range what an error would
  /// name. More of it is no matter of single rows.
  static func rows(of count: Int) -> Int {
    min(max(count / 10, named), 1_000)
  }
}
