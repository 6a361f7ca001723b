import Foundation

extension UUID {
  /// The form PostgreSQL writes; Foundation's own is in capitals.
  package var text: String { uuidString.lowercased() }

  /// What the target's check `uuid_extract_version(id) = 7` wants: version 7 of the RFC's variant.
  package var isVersion7: Bool { uuid.6 >> 4 == 7 && uuid.8 >> 6 == 0b10 }
}
