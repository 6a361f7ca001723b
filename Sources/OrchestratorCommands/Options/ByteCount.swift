import ArgumentParser
import Mapping
import Scheduling

/// A number of bytes as people write it: `8MiB`, `20MB`, `512k`, `1048576`.
struct ByteCount: Hashable {
  var bytes: Int

  init(bytes: Int) {
    self.bytes = bytes
  }

  /// Throws an error that names the accepted forms.
  init(argument: String) throws {
    let text = argument.hasSuffix("/s") ? String(argument.dropLast(2)) : argument
    guard let bytes = Self.bytes(text) else {
      throw ValidationError(
        "give bytes with a unit, such as 8MiB, 20MB or 512k (k, M, G, T are powers of 1000, "
          + "Ki, Mi, Gi, Ti of 1024).")
    }
    self.bytes = bytes
  }

  fileprivate static func bytes(_ text: String) -> Int? {
    guard let match = text.wholeMatch(of: /(\d+(?:\.\d+)?)\s*([kKMGT]?)(i?)(B?)/),
      let number = Double(match.1)
    else { return nil }
    let base: Double = match.3.isEmpty ? 1_000 : 1_024
    let powers: [Substring: Int] = ["": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4]
    guard let power = powers[match.2], power > 0 || match.3.isEmpty else { return nil }
    var value = number
    for _ in 0..<power { value *= base }
    return value >= 1 && value < 1e15 ? Int(value) : nil
  }
}

/// How fast all copies together may go: bytes a second, or `none`.
enum RateLimit: Hashable {
  case none
  case bytesPerSecond(Int)

  /// Less is surely a slip of the hand: it would take a day for 86 MB.
  static let least = 1_000

  /// Throws what was probably meant, or the accepted forms.
  init(argument: String) throws {
    guard argument.lowercased() != "none" else {
      self = .none
      return
    }
    let rate = try ByteCount(argument: argument)
    guard rate.bytes >= Self.least else {
      let number = argument.prefix { $0.isNumber || $0 == "." }
      throw ValidationError(
        "that is \(Figures.count(rate.bytes, "byte")) a second. Did you mean \(number)MB/s? The least "
          + "is 1kB/s; none lifts the limit.")
    }
    self = .bytesPerSecond(rate.bytes)
  }

  /// Nil for none.
  var bytesPerSecond: Int? {
    switch self {
    case .none: nil
    case .bytesPerSecond(let bytes): bytes
    }
  }
}
