import Foundation
import JobModel

/// The run for which this process works, and its instance.
package struct RunBinding: Hashable, Sendable {
  package var id: UUID
  package var instance: InstanceID
  package var place: ProcessPlace

  package init(id: UUID, instance: InstanceID, place: ProcessPlace) {
    self.id = id
    self.instance = instance
    self.place = place
  }
}
