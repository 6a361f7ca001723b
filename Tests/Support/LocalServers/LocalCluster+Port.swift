import Foundation
import Synchronization

extension LocalCluster {
  /// Ports that this process has given out: a server that is down for a moment keeps its own.
  private static let given = Mutex<Set<Int>>([])

  /// A port that nobody listens on, below the range that outgoing connections take theirs from; another
  /// each time.
  static func freePort() throws -> Int {
    for _ in 0..<1_000 {
      let port = Int.random(in: 20_000..<32_000)
      if isFree(port: port), given.withLock({ $0.insert(port).inserted }) { return port }
    }
    throw LocalServerError(
      operation: "choosing a port", reason: "none is free from 20000 to 32000")
  }

  static func isFree(port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    return withLoopback(port) { bind(descriptor, $0, $1) } == 0
  }
}

/// Calls `body` with the address of a port on 127.0.0.1.
func withLoopback(
  _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}

/// A socket that listens on a free port of 127.0.0.1, for links.
func listenOnLoopback() throws -> (descriptor: CInt, port: Int) {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  for _ in 0..<100 {
    let port = try LocalCluster.freePort()
    if withLoopback(port, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 64) == 0 {
      return (descriptor, port)
    }
  }
  close(descriptor)
  throw LocalServerError(operation: "listening for a link", reason: "no port is free")
}
