import ArgumentParser

/// A length of time as people write it: `90s`, `15min`, `2h`, `1h30m`.
struct DurationArgument: ExpressibleByArgument, Hashable {
  var seconds: Int

  init(seconds: Int) {
    self.seconds = seconds
  }

  init?(argument: String) {
    var rest = Substring(argument)
    var total = 0
    while !rest.isEmpty {
      guard let match = rest.prefixMatch(of: /(\d{1,6})(h|min|m|s)/), let number = Int(match.1)
      else { return nil }
      total += number * (match.2 == "h" ? 3600 : match.2 == "s" ? 1 : 60)
      rest = rest[match.range.upperBound...]
    }
    guard total > 0 else { return nil }
    seconds = total
  }

  var defaultValueDescription: String {
    seconds % 60 == 0 ? "\(seconds / 60)min" : "\(seconds)s"
  }
}
