import Digest
import Foundation

/// R6: the names that groups and agents may have in the target, and the replacement of other names.
package enum NameFitting {
  static let charactersMax = 100
  private static let suffixCharacters = 9

  /// Whether the target accepts the name as it is: `^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`.
  package static func fits(_ name: String) -> Bool {
    guard let first = name.utf8.first, isLetterOrDigit(first) else { return false }
    return name.utf8.count <= charactersMax && name.utf8.allSatisfy(isAllowed)
  }

  /// The name itself if it fits. Otherwise the name cleaned, cut, and made distinct by the first 8 hex
  /// digits of the sha256 of its lower-cased form.
  ///
  /// A pure function of the name, so that neither the order of engines nor a second run changes it.
  /// Names that are equal to the server (`citext`) stay equal to it.
  package static func fit(_ name: FoldedText) -> String {
    if fits(name.text) { return name.text }
    let suffix = SHA256.hexadecimal(of: name.key.text.utf8).prefix(8)
    let stem = cleaned(name.text).prefix(charactersMax - suffixCharacters)
    return "\(stem.isEmpty ? "unnamed" : stem)-\(suffix)"
  }

  /// Runs of characters that are not allowed become one `-`. The name begins with a letter or digit.
  private static func cleaned(_ name: String) -> String {
    let words = name.utf8.split { !isAllowed($0) }.map { String(decoding: $0, as: UTF8.self) }
    return String(words.joined(separator: "-").drop { !($0.isLetter || $0.isNumber) })
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte)
      || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
