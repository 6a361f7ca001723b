/// A file of a pack as the server gets it, with the origin of each part.
struct RenderedScript: Sendable {
  let file: PackFile
  private(set) var text = ""
  /// Scalars in `text`.
  private(set) var length = 0
  private var pieces: [Piece] = []

  /// A part of `text`: copied from the file, or inserted for one place of it.
  private struct Piece {
    let start: Int
    let source: Int
    let isCopied: Bool
  }

  init(_ file: PackFile) {
    self.file = file
  }

  /// Adds text of the file itself that starts at `source`.
  mutating func append(copied scalars: ArraySlice<Unicode.Scalar>) {
    append(String(String.UnicodeScalarView(scalars)), source: scalars.startIndex, isCopied: true)
  }

  /// Adds text that replaces the place `source`.
  mutating func append(_ replacement: String, for source: Int) {
    append(replacement, source: source, isCopied: false)
  }

  private mutating func append(_ addition: String, source: Int, isCopied: Bool) {
    pieces.append(Piece(start: length, source: source, isCopied: isCopied))
    text += addition
    length += addition.unicodeScalars.count
  }

  /// The place in the file of the scalar `offset` of the text.
  func place(of offset: Int) -> PackPlace {
    guard let piece = pieces.last(where: { $0.start <= offset }) else {
      return PackPlace(file, offset: 0)
    }
    return PackPlace(file, offset: piece.source + (piece.isCopied ? offset - piece.start : 0))
  }
}
