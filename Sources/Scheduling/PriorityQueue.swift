/// A binary heap: the least element first; inserting and taking cost the logarithm of its size.
struct PriorityQueue<Element: Comparable & Sendable>: Sendable {
  private var heap: [Element] = []

  /// The least element; nil if there is none.
  var first: Element? { heap.first }

  mutating func insert(_ element: Element) {
    heap.append(element)
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> Element? {
    guard let last = heap.popLast() else { return nil }
    guard let first = heap.first else { return last }
    heap[0] = last
    var parent = 0
    while let child = leastChild(of: parent), heap[child] < heap[parent] {
      heap.swapAt(child, parent)
      parent = child
    }
    return first
  }

  private func leastChild(of parent: Int) -> Int? {
    let (left, right) = (2 * parent + 1, 2 * parent + 2)
    guard left < heap.count else { return nil }
    return right < heap.count && heap[right] < heap[left] ? right : left
  }
}
