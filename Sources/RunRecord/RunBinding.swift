import Foundation
import JobModel

/// Which run this process works for, as which instance.
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
