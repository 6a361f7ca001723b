import Databases
import Foundation
import JobModel
import Mapping

/// Compares the counts of one space's memories with the source, and its indexes with the noted ones.
struct StorageVerifier {
  let engine: VerifyScope.Engine
  let source: SourceEngines.Counts
  let found: SpaceStorage.Counts?
  let indexes: [String: MemoryIndex]
  /// The indexes with which the space was provisioned, by name.
  let noted: [String: NotedIndex]

  func verify(_ checks: inout VerifyChecks) {
    verifyIndexes(&checks)
    checks[.memoryCounts].looked += source.rows
    guard let found else {
      checks[.memoryCounts].fail(
        finding("the target has no \(engine.schema).memory with its embedding_queue"))
      return
    }
    verifyCounts(found, &checks)
    checks[.memoryNames].looked += found.rows
    if found.named > 0 {
      checks[.memoryNames].fail(finding("\(found.named) memories have a name", found.example))
    }
    verifyQueue(found, &checks)
  }

  private func verifyCounts(_ found: SpaceStorage.Counts, _ checks: inout VerifyChecks) {
    let rejected = engine.rejected.count
    if source.rows != found.rows + rejected {
      checks[.memoryCounts].fail(
        finding(
          "\(source.rows) memories at the source, \(found.rows) in the target and \(rejected) "
            + "rejected"))
    } else if source.unembedded != found.unembedded {
      checks[.memoryCounts].fail(
        finding(
          "\(source.unembedded) memories without an embedding at the source, "
            + "\(found.unembedded) in the target"))
    }
    guard rejected > 0 else { return }
    checks[.memoryCounts].note(
      finding("rows that were rejected and set aside: \(rejected)", rule: "M4"))
  }

  private func verifyQueue(_ found: SpaceStorage.Counts, _ checks: inout VerifyChecks) {
    checks[.embeddingQueue].looked += found.unembedded
    let counts = [
      (found.unqueued, "without an embedding have no open row of their version in the queue"),
      (found.queuedTwice, "are in the queue more than once"),
      (found.queuedNeedlessly, "have an embedding and are in the queue"),
    ]
    for (count, text) in counts where count > 0 {
      checks[.embeddingQueue].fail(finding("\(count) memories \(text)", found.example))
    }
  }

  private func verifyIndexes(_ checks: inout VerifyChecks) {
    checks[.indexes].looked += indexes.count
    for name in engine.indexNames.union(noted.keys).sorted() {
      let noted = noted[name]
      guard let index = indexes[name] else {
        let definition = noted.map { ": \($0.definition)" } ?? ""
        checks[.indexes].fail(finding("index \(name) is missing\(definition)", name))
        continue
      }
      if let noted, noted.definition != index.definition {
        checks[.indexes].fail(
          finding(
            "index \(name) is \(index.definition), should be \(noted.definition)", name))
      }
    }
    for (name, index) in indexes.sorted(by: { $0.key < $1.key }) where !index.isValid {
      checks[.indexes].fail(finding("index \(name) is not valid", name))
    }
  }

  private func finding(
    _ message: String, _ row: String? = nil, rule: String? = nil
  ) -> VerifyFinding {
    VerifyFinding(engine: engine.slug, row: row, rule: rule, message)
  }
}
