import Foundation
import LocalServers
import SourceFixtures
import Testing

// MARK: Looking at the databases, by SQL alone

extension Scene {
  /// Sources against target: every engine, every column of every memory.
  func expectEqual(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let comparison = try await Comparison.of(servers, database: database)
    let different = comparison.engines.filter { !$0.differences.isEmpty }
    #expect(
      comparison.isEqual, "\(different) \(comparison.others)", sourceLocation: sourceLocation)
  }

  /// Both sources, every column of every table.
  func sourceContents() async throws -> [ContentHash] {
    [
      try await .of(servers.accounts, database: database),
      try await .of(servers.shard, database: database),
    ]
  }

  /// People, spaces, members, groups and access in the target, a line each, by names.
  func roster() async throws -> [String] {
    try await servers.target.run(SQL.targetRoster, database: database)
      .split(separator: "\n").map(String.init)
  }

  /// Of each table in the target, every row's place and writer; equal only where nothing was written.
  func rowVersions() async throws -> [String: String] {
    let rows = try await servers.target.rows(SQL.targetVersions, database: database)
    return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], "\($0[1]) \($0[2])") })
  }

  /// The target's schemas, each with the number of its relations.
  func targetSchemas() async throws -> [[String]] {
    try await servers.target.rows(SQL.targetSchemas, database: database)
  }

  /// Nothing was written into the target: it is as `CREATE DATABASE` made it.
  func expectUntouchedTarget(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    #expect(try await targetSchemas() == [["public", "0"]], sourceLocation: sourceLocation)
  }

  /// One value of the target.
  func targetValue(_ sql: String) async throws -> String {
    try await servers.target.run(sql, database: database)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func changeTarget(_ sql: String) async throws {
    try await servers.target.run(sql, database: database)
  }

  func changeShard(_ sql: String) async throws {
    try await servers.shard.run(sql, database: database)
  }

  func changeAccounts(_ sql: String) async throws {
    try await servers.accounts.run(sql, database: database)
  }
}
