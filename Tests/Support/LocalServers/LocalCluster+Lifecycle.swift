import Foundation

extension LocalCluster {
  /// How a server ends.
  package enum StopMode: String, Sendable {
    /// Cuts the sessions, writes everything, ends.
    case fast
    /// Ends at once, as in a crash: the next start recovers.
    case immediate
  }

  /// Whether a server works on this cluster's data.
  package var isRunning: Bool {
    get async throws { try await control("status").status == 0 }
  }

  /// Starts the server unless it runs, and returns when it answers. It outlives this process.
  package func start() async throws {
    if try await isRunning { return }
    // The port is given here and not in the data folder, so that it is kept in one place.
    let result = try await control("start", "--wait", "--log=\(log.path)", "--options=-p \(port)")
    try succeeded(result, "starting the cluster \(name)", hint: "see \(log.path)")
  }

  /// Stops the server if it runs, and returns when it is gone.
  package func stop(mode: StopMode = .fast) async throws {
    guard try await isRunning else { return }
    let result = try await control("stop", "--wait", "--mode=\(mode.rawValue)")
    try succeeded(result, "stopping the cluster \(name)")
  }

  /// Stops the server as in a crash and deletes all that it held.
  package func delete() async throws {
    try await stop(mode: .immediate)
    try FileManager.default.removeItem(at: folder)
  }

  /// Makes the cluster in a folder beside its place and moves it there when it is complete.
  func initialize(settings: [String: String]) async throws {
    let files = FileManager.default
    let unfinished = folder.appending(path: "data.unfinished")
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    try? files.removeItem(at: unfinished)
    try UnprivilegedUser.own(folder)
    try Self.store(password, folder, "password")
    // Under LC_CTYPE=C ltree takes only ASCII letters; sockets would need a short path.
    let options = [
      "--pgdata=\(unfinished.path)", "--username=\(Self.superuser)", "--encoding=UTF8",
      "--locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync",
      "--pwfile=\(folder.appending(path: "password").path)",
    ]
    try succeeded(try await run("initdb", options), "making the cluster \(name)")
    let lines = settings.merging(["unix_socket_directories": ""]) { $1 }
      .sorted { $0.key < $1.key }.map { "\($0.key) = '\($0.value)'\n" }
    let configuration = try FileHandle(
      forWritingTo: unfinished.appending(path: "postgresql.auto.conf"))
    try configuration.seekToEnd()
    try configuration.write(contentsOf: Data(lines.joined().utf8))
    try configuration.close()
    try files.moveItem(at: unfinished, to: data)
  }

  private func control(_ action: String, _ options: String...) async throws -> Command.Output {
    try await run("pg_ctl", [action, "--pgdata=\(data.path)", "--silent"] + options)
  }

  func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Command.Output {
    let command = try await UnprivilegedUser.command(
      installation.program(program), arguments, folder: folder)
    return try await Command(arguments: command, environment: environment).run()
  }

  func succeeded(_ output: Command.Output, _ operation: String, hint: String? = nil) throws {
    guard output.status != 0 else { return }
    let said = [output.errors, output.text, hint ?? ""]
      .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
    throw LocalServerError(operation: operation, reason: said.joined(separator: "\n"))
  }
}
