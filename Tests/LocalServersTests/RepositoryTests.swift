import Foundation
import Testing

@testable import LocalServers

@Suite struct RepositoryTests {
  @Test func `a program belongs to the checkout that it lies in`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "checkout-\(UUID())")
    let build = folder.appending(path: ".build/debug")
    try FileManager.default.createDirectory(at: build, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = build.appending(path: "workbench")
    #expect(Repository.root(above: program) == nil)
    try Data().write(to: folder.appending(path: "Package.swift"))
    #expect(Repository.root(above: program)?.path == folder.path)
  }
}
