import OldModel
import RunRecord
import Scheduling

extension LaneLimits {
  /// The limits that follow from these settings.
  package init(_ tuning: RunTuning) {
    self.init(engines: tuning.workers, streams: tuning.streams, indexBuilds: tuning.indexBuilds)
  }
}
