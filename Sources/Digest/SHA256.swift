import CLibCrypto

/// SHA-256 by libcrypto, which libpq brings along anyway.
package enum SHA256 {
  /// The 32 bytes of the digest.
  package static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
    let message = Array(bytes)
    var digest = [UInt8](repeating: 0, count: 32)
    let isDone = EVP_Digest(message, message.count, &digest, nil, EVP_sha256(), nil)
    precondition(isDone == 1, "libcrypto has no SHA-256")
    return digest
  }

  /// The digest as 64 hexadecimal digits.
  package static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
    digest(of: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
