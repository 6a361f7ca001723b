import Foundation
import Glibc
import LocalServers
import Synchronization

/// How a process ended, and what it said.
struct Ended: Sendable, CustomStringConvertible {
  /// The exit status; 128 plus the signal's number where a signal ended it.
  let status: Int32
  let output: String
  let errors: String

  /// Everything it printed, for a failed expectation's comment.
  var description: String { "exit status \(status)\n\(output)\n\(errors)" }
}

/// The orchestrator at work, in a process of its own, as a shell would run it.
final class OrchestratorProcess: Sendable {
  let pid: pid_t
  private let outputFile: URL
  private let errorFile: URL
  private let exitStatus = Mutex<Int32?>(nil)

  /// The binary that was built together with these tests.
  static let binary: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: own).deletingLastPathComponent().appending(path: "orchestrator").path
  }()

  /// Starts it with nothing of this process's environment and nobody at its standard input. What it
  /// prints goes to `<log>.out` and `<log>.err`.
  init(_ arguments: [String], environment: [String: String], log: URL) throws {
    outputFile = log.appendingPathExtension("out")
    errorFile = log.appendingPathExtension("err")
    let files = try [
      ("/dev/null", O_RDONLY), (outputFile.path, Self.log), (errorFile.path, Self.log),
    ]
    .map(Self.open)
    pid = try ChildProcess.start(
      [Self.binary] + arguments, environment: environment, files: files)
    Thread.detachNewThread { [self] in reap() }
  }

  /// Blocks its own thread until the process has ended. It stays a zombie, its pid taken, until its
  /// status is known here, so that a late signal cannot hit another process.
  private func reap() {
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    exitStatus.withLock { $0 = ChildProcess.wait(for: pid) }
  }

  private static let log = O_WRONLY | O_CREAT | O_TRUNC

  private static func open(_ path: String, flags: Int32) throws -> FileHandle {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// What `/proc` shows of it to everyone on this machine.
  var commandLine: String {
    let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
    return String(decoding: bytes, as: UTF8.self)
  }

  var isRunning: Bool { exitStatus.withLock { $0 == nil } }

  /// What it has printed so far.
  var output: String { printed(outputFile) }

  /// Sends a signal, unless it has ended.
  func send(_ signal: Int32) {
    exitStatus.withLock { if $0 == nil { kill(pid, signal) } }
  }

  /// Its end; kills it and throws ``TimedOut`` where that does not come.
  func end() async throws -> Ended {
    do {
      try await eventually("process \(pid) ends") { !isRunning }
    } catch {
      send(SIGKILL)
      throw TimedOut(description: "\(error)\n\(printed(outputFile))\n\(printed(errorFile))")
    }
    return Ended(
      status: exitStatus.withLock { $0 ?? -1 }, output: output,
      errors: printed(errorFile))
  }

  private func printed(_ file: URL) -> String {
    String(decoding: FileManager.default.contents(atPath: file.path) ?? Data(), as: UTF8.self)
  }
}
