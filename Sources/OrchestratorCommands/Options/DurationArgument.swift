import ArgumentParser
import Databases
import JobModel
import Mapping
import OldModel
import Planning
import Scheduling

/// A length of time as people write it: `90s`, `15min`, `2h`, `1h30m`.
struct DurationArgument: Hashable {
  var seconds: Int

  /// Throws an error that names the accepted forms.
  init(argument: String) throws {
    guard let seconds = Self.seconds(argument), seconds > 0 else {
      throw ValidationError("give a time with its unit, such as 90s, 15min, 2h or 1h30m.")
    }
    self.seconds = seconds
  }

  private static func seconds(_ text: String) -> Int? {
    var rest = Substring(text)
    var total = 0
    while !rest.isEmpty {
      guard let match = rest.prefixMatch(of: /(\d{1,6})(h|min|m|s)/), let number = Int(match.1)
      else { return nil }
      total += number * (match.2 == "h" ? 3600 : match.2 == "s" ? 1 : 60)
      rest = rest[match.range.upperBound...]
    }
    return total
  }
}
