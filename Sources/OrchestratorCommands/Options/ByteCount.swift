import ArgumentParser

/// A number of bytes as people write it: `8MiB`, `20MB`, `512k`, `1048576`.
struct ByteCount: ExpressibleByArgument, Hashable {
  var bytes: Int

  init(bytes: Int) {
    self.bytes = bytes
  }

  init?(argument: String) {
    let text = argument.hasSuffix("/s") ? String(argument.dropLast(2)) : argument
    guard let match = text.wholeMatch(of: /(\d+(?:\.\d+)?)\s*([kKMGT]?)(i?)(B?)/),
      let number = Double(match.1)
    else { return nil }
    let base: Double = match.3.isEmpty ? 1_000 : 1_024
    let powers: [Substring: Int] = ["": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4]
    guard let power = powers[match.2], power > 0 || match.3.isEmpty else { return nil }
    var value = number
    for _ in 0..<power { value *= base }
    guard value >= 1, value < 1e15 else { return nil }
    bytes = Int(value)
  }

  var defaultValueDescription: String {
    bytes % (1 << 20) == 0 ? "\(bytes >> 20)MiB" : "\(bytes)"
  }
}
