import Foundation

/// A program to run to its end.
///
/// Foundation's `Process` will not do: it lets every child inherit the socket by which it learns of
/// the child's end, and so waits for the server that `pg_ctl start` leaves behind.
struct Command: Sendable {
  /// The program, looked up in the usual folders, and its arguments.
  var arguments: [String]
  /// The whole environment: nothing of ours (`PGHOST`, `PGOPTIONS`, …) reaches the program.
  var environment: [String: String] = [:]

  struct Output: Sendable {
    /// The exit status; 128 plus the signal's number where a signal ended the program.
    var status: Int32
    var text: String
    var errors: String
  }

  /// Writes to the program's standard input; returning ends it.
  typealias Feed = @Sendable (FileHandle) throws -> Void

  /// Runs on a thread of its own, for it blocks. Whatever the exit status is, it is returned.
  func run(feed: @escaping Feed = { _ in }) async throws -> Output {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try runBlocking(feed: feed) }) }
    }
  }

  private func runBlocking(feed: Feed) throws -> Output {
    // A program that ends early is reported by its exit status, not by a signal to us. The mask is
    // this thread's, which ends with the program.
    var brokenPipe = sigset_t()
    sigemptyset(&brokenPipe)
    sigaddset(&brokenPipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &brokenPipe, nil)

    let (output, errors, input) = (try UnnamedFile(), try UnnamedFile(), try InputPipe())
    let process = try spawn(input: input.reader, output: output.handle, errors: errors.handle)
    try input.reader.close()
    let fed = Result { try feed(input.writer) }
    try? input.writer.close()
    let result = Output(
      status: exitStatus(of: process), text: try output.text(), errors: try errors.text())
    // What the program said about its end explains more than the broken pipe that it left.
    if result.status == 0 { try fed.get() }
    return result
  }

  private func spawn(input: FileHandle, output: FileHandle, errors: FileHandle) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, handle) in [input, output, errors].enumerated() {
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
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

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

  private func exitStatus(of process: pid_t) -> Int32 {
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

/// A program's standard input. Both ends are closed on exec: another program, started in between,
/// would keep this one from seeing the end.
private struct InputPipe {
  let reader: FileHandle
  let writer: FileHandle

  init() throws {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw LocalServerError(operation: "making a pipe", reason: String(cString: strerror(errno)))
    }
    reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    writer = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
  }
}

/// A file without a name. Unlike a pipe it never fills up, and a server that inherits it does not
/// keep its reader waiting.
private struct UnnamedFile {
  let handle: FileHandle

  init() throws {
    let path = FileManager.default.temporaryDirectory.path + "/local-servers-\(UUID().uuidString)"
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw LocalServerError(
        operation: "creating \(path)", reason: String(cString: strerror(errno)))
    }
    unlink(path)
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  func text() throws -> String {
    try handle.seek(toOffset: 0)
    return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
  }
}
