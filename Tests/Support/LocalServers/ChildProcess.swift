import Foundation

/// A process that this one has started and will wait for.
package enum ChildProcess {
  /// Starts a program, looked up in the usual folders, with its arguments, `environment` alone, and the
  /// three standard files; in the folder `/`, with no signal blocked or ignored and no other file of ours open.
  package static func start(
    _ arguments: [String], environment: [String: String], files: [FileHandle]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, handle) in files.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, Int32(number))
    }
    // A server would keep whatever this process was started with, a test runner's pipe say.
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
      if let number = Int32(name), number > 2 {
        posix_spawn_file_actions_addclose(&actions, number)
      }
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // A test runner that was started in the background may ignore signals, which children inherit.
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let variables = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"]
      .merging(environment) { $1 }.map { "\($0)=\($1)" }
    var process = pid_t()
    let failure = withCStrings(["/usr/bin/env", "--chdir=/"] + arguments) { arguments in
      withCStrings(variables) {
        posix_spawn(&process, "/usr/bin/env", &actions, &attributes, arguments, $0)
      }
    }
    guard failure == 0 else {
      throw LocalServerError(
        operation: "running \(arguments.first ?? "")", reason: String(cString: strerror(failure)))
    }
    return process
  }

  /// Blocks until it has ended, and returns its exit status; 128 plus the signal's number where a signal
  /// ended it. Afterwards its pid may be anyone's.
  package static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}

/// Calls `body` with a null-terminated array of C strings that lives as long as the call.
package func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
) rethrows -> Result {
  let copies = strings.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return try body(copies + [nil])
}
