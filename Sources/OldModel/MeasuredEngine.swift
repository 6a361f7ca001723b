import Foundation
import JobModel
import Mapping

/// An engine that takes part, as it was read when the run began or was resumed.
package struct MeasuredEngine: Sendable, Hashable {
  package var engine: OldEngine
  /// The embedding column's dimensions at the source (M5).
  package var dimensions: Int
  /// The source's rows and bytes when it was measured; for order, progress and estimates.
  package var expectedRows: Int
  package var expectedBytes: Int

  package init(engine: OldEngine, dimensions: Int, expectedRows: Int, expectedBytes: Int) {
    self.engine = engine
    self.dimensions = dimensions
    self.expectedRows = expectedRows
    self.expectedBytes = expectedBytes
  }

  /// The slug, for job names.
  package var slug: String { engine.slug }
  /// `me_<slug>`, the same name at the source and in the target.
  package var schema: String { engine.schema }
  /// An embedding on the wire: its length, two int16 and two bytes for each dimension.
  package var embeddingBytes: Int { 4 + 4 + 2 * dimensions }
}
