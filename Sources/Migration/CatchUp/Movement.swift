import JobModel
import OldModel

/// The decision about an engine after a look at its source: whether its copy still agrees, and which rows
/// have to be compared if it does not. Pure.
enum Movement: Hashable, Sendable {
  /// No row was written or deleted since the watermark.
  case none
  /// Rows may have been written since the watermark, or are gone. No other row can differ.
  case candidates(since: Watermark)
  /// Any row may differ.
  case everything(Reason)

  /// Why the watermark proves nothing.
  enum Reason: Hashable, Sendable {
    /// There is none.
    case unknown
    /// The source has started anew, failed over, or was put back to an earlier state.
    case anotherLife
    /// The table is another one, or its columns are.
    case anotherShape
    /// So many transactions have passed that their numbers can no longer be compared.
    case tooOld
  }

  /// Transaction numbers of 32 bits are compared within half of their circle. The margin is for transactions
  /// that begin while the look is at work.
  private static let transactionsMax: Int64 = (1 << 31) - (1 << 20)

  init(of copy: EngineCopy, at look: SourceLook) {
    guard let seen = copy.watermark else {
      self = .everything(.unknown)
      return
    }
    let now = look.state.watermark
    if seen.life != now.life {
      self = .everything(.anotherLife)
    } else if seen.shape != now.shape {
      self = .everything(.anotherShape)
    } else if !(0..<Self.transactionsMax).contains(look.state.next - seen.seen) {
      self = .everything(.tooOld)
    } else if look.candidates == 0, look.rows == copy.rows + copy.rejected {
      self = .none
    } else {
      self = .candidates(since: seen)
    }
  }
}
