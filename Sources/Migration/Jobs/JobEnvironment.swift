import Foundation
import JobModel
import Logging
import PostgresLink
import SchemaPack

/// What the jobs of one run share; made once, when the run begins.
package struct JobEnvironment: Sendable {
  package var settings: RunSettings
  package var tuning: RunTuning
  package var pack: SchemaPack
  package var run: RunBinding
  package var fence: Fence
  package var engines: [String: EngineContext]
  package var factory: SessionFactory
  package var gate: TargetGate
  package var control: ControlSession
  /// The jobs that are planned before any engine is looked at: the control plane's, and each engine's
  /// space and roster.
  package var basePlan: [Job]
  package let facts: FactCache
  package var logger: Logger

  package init(
    settings: RunSettings, tuning: RunTuning, pack: SchemaPack, run: RunBinding, fence: Fence,
    engines: [String: EngineContext], factory: SessionFactory, gate: TargetGate,
    control: ControlSession, basePlan: [Job], logger: Logger
  ) {
    self.settings = settings
    self.tuning = tuning
    self.pack = pack
    self.run = run
    self.fence = fence
    self.engines = engines
    self.factory = factory
    self.gate = gate
    self.control = control
    self.basePlan = basePlan
    facts = FactCache(control: control)
    self.logger = logger
  }

  var fenceStatement: FenceStatement { FenceStatement(run: run, fence: fence) }

  /// For what is written beside the jobs.
  func held(on target: PostgresConnection) -> HeldRun {
    HeldRun(target: target, run: run, fence: fence)
  }

  /// The engine of a job; jobs are only ever planned for engines that take part.
  func engine(of job: Job) -> EngineContext {
    guard let slug = job.name.engine, let engine = engines[slug] else {
      preconditionFailure("\(job.name) belongs to no engine of this run")
    }
    return engine
  }
}
