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
    let process = try ChildProcess.start(
      arguments, environment: environment, files: [input.reader, output.handle, errors.handle])
    try input.reader.close()
    let fed = Result { try feed(input.writer) }
    try? input.writer.close()
    let result = Output(
      status: ChildProcess.wait(for: process), text: try output.text(), errors: try errors.text())
    // What the program said about its end explains more than the broken pipe that it left.
    if result.status == 0 { try fed.get() }
    return result
  }
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
