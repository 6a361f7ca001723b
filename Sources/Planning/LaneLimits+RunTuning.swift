import OldModel
import RunRecord
import Scheduling

extension LaneLimits {
  /// What these settings let run at the same time.
  package init(_ tuning: RunTuning) {
    self.init(engines: tuning.workers, streams: tuning.streams, indexBuilds: tuning.indexBuilds)
  }
}
