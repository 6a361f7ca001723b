// swift-tools-version: 6.2
import PackageDescription

/// One place for what every target is built with: Swift 6, and no warning survives.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

// Targets are listed bottom up: each may import only what stands above it.
let package = Package(
  name: "orchestrator",
  products: [
    .executable(name: "orchestrator", targets: ["orchestrator"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // MARK: SQL kept in files, embedded at build
    .executableTarget(name: "embed-text", path: "Sources/EmbedText", swiftSettings: strict),
    .plugin(
      name: "EmbedTextPlugin", capability: .buildTool(), dependencies: ["embed-text"],
      path: "Sources/EmbedTextPlugin"),

    // MARK: Layers of the product
    .systemLibrary(
      name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
      name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "Digest", dependencies: ["CLibCrypto"], swiftSettings: strict),
    .target(name: "PostgresLink", dependencies: ["CLibPQ", logging], swiftSettings: strict),
    .target(name: "JobModel", dependencies: ["Digest"], swiftSettings: strict),
    .target(
      name: "Ledger", dependencies: ["JobModel", grdb],
      resources: [.embedInCode("ledger-schema.sql")], swiftSettings: strict),
    .target(
      name: "SchemaPack", dependencies: ["Digest", "PostgresLink"],
      exclude: ["BuiltInPack"], swiftSettings: strict, plugins: ["EmbedTextPlugin"]),
    .target(name: "Mapping", dependencies: ["Digest", "JobModel"], swiftSettings: strict),
    .target(
      name: "Scheduling", dependencies: ["JobModel", logging], swiftSettings: strict),
    .target(
      name: "Databases", dependencies: ["JobModel", "PostgresLink", logging],
      exclude: ["SQL"], swiftSettings: strict, plugins: ["EmbedTextPlugin"]),
    .target(
      name: "RunRecord", dependencies: ["Databases", "JobModel", "PostgresLink", logging],
      exclude: ["SQL"], swiftSettings: strict, plugins: ["EmbedTextPlugin"]),
    .target(
      name: "OldModel", dependencies: ["Databases", "JobModel", "Mapping", "PostgresLink"],
      exclude: ["SQL"], swiftSettings: strict, plugins: ["EmbedTextPlugin"]),
    .target(
      name: "Planning",
      dependencies: [
        "Databases", "JobModel", "Mapping", "OldModel", "PostgresLink", "RunRecord", "SchemaPack",
        "Scheduling",
      ],
      exclude: ["SQL"], swiftSettings: strict, plugins: ["EmbedTextPlugin"]),
    .target(
      name: "Migration",
      dependencies: [
        "Databases", "JobModel", "Mapping", "OldModel", "PostgresLink", "RunRecord", "SchemaPack",
        "Scheduling", logging,
      ],
      exclude: ["SQL"], swiftSettings: strict, plugins: ["EmbedTextPlugin"]),
    .target(
      name: "Verification",
      dependencies: ["Databases", "JobModel", "Mapping", "OldModel", "PostgresLink", "RunRecord"],
      exclude: ["SQL"], swiftSettings: strict, plugins: ["EmbedTextPlugin"]),
    .target(
      name: "Runs",
      dependencies: [
        "Databases", "JobModel", "Ledger", "Mapping", "Migration", "OldModel", "Planning",
        "PostgresLink", "RunRecord", "SchemaPack", "Scheduling", "Verification", logging,
      ],
      swiftSettings: strict),
    .target(
      name: "OrchestratorCommands",
      dependencies: [
        "Databases", "JobModel", "Ledger", "Mapping", "OldModel", "Planning", "PostgresLink",
        "RunRecord", "Runs", "SchemaPack", "Scheduling", "Verification", argumentParser, logging,
      ],
      resources: [.embedInCode("mapping.md")], swiftSettings: strict),
    .executableTarget(
      name: "orchestrator", dependencies: ["OrchestratorCommands"], swiftSettings: strict),

    // MARK: Local servers and production-shaped sources, for demo and tests
    .target(
      name: "LocalServers", path: "Tests/Support/LocalServers", swiftSettings: strict),
    .target(
      name: "SourceFixtures", dependencies: ["LocalServers"], path: "Tests/Support/SourceFixtures",
      exclude: ["SQL"], swiftSettings: strict, plugins: ["EmbedTextPlugin"]),
    .target(
      name: "SourceScenes",
      dependencies: [
        "LocalServers", "PostgresLink", "SourceFixtures",
      ],
      path: "Tests/Support/SourceScenes", swiftSettings: strict),
    .executableTarget(
      name: "workbench", dependencies: ["LocalServers", "SourceFixtures", argumentParser],
      path: "Tests/Support/Workbench", swiftSettings: strict),
    .executableTarget(
      name: "costs", dependencies: ["JobModel", "Ledger", "Runs", "Scheduling"],
      path: "Tests/Support/Costs", swiftSettings: strict),

    // MARK: Tests
    .testTarget(name: "TidyTests", dependencies: ["LocalServers"], swiftSettings: strict),
    .testTarget(
      name: "LocalServersTests", dependencies: ["LocalServers", "SourceFixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "SourceFixturesTests", dependencies: ["SourceFixtures"], swiftSettings: strict),
    .testTarget(
      name: "PostgresLinkTests", dependencies: ["CLibPQ", "PostgresLink", "LocalServers"],
      swiftSettings: strict),
    .testTarget(
      name: "DatabasesTests",
      dependencies: ["Databases", "JobModel", "PostgresLink", "LocalServers"],
      swiftSettings: strict),
    .testTarget(name: "JobModelTests", dependencies: ["JobModel"], swiftSettings: strict),
    .testTarget(
      name: "LedgerTests", dependencies: ["JobModel", "Ledger", grdb, sqlite],
      exclude: ["Versions"],
      swiftSettings: strict),
    .testTarget(
      name: "SchemaPackTests", dependencies: ["SchemaPack", "LocalServers"],
      exclude: ["Packs"], swiftSettings: strict),
    .testTarget(name: "MappingTests", dependencies: ["Mapping"], swiftSettings: strict),
    .testTarget(
      name: "MigrationTests",
      dependencies: [
        "Databases", "JobModel", "Mapping", "Migration", "OldModel", "PostgresLink", "RunRecord",
        "SchemaPack", "LocalServers", "SourceScenes",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PlanningTests",
      dependencies: [
        "Mapping", "OldModel", "Planning", "PostgresLink", "RunRecord", "SchemaPack",
        "LocalServers",
        "SourceFixtures", "SourceScenes",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RunRecordTests",
      dependencies: ["Databases", "JobModel", "LocalServers", "PostgresLink", "RunRecord"],
      swiftSettings: strict),
    .testTarget(
      name: "RunsTests",
      dependencies: [
        "JobModel", "Ledger", "Mapping", "Migration", "PostgresLink", "RunRecord", "Runs",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SchedulingTests", dependencies: ["JobModel", "Scheduling", logging],
      swiftSettings: strict),
    .testTarget(
      name: "OrchestratorCommandsTests",
      dependencies: [
        "Databases", "JobModel", "Ledger", "Mapping", "OldModel", "OrchestratorCommands",
        "Planning",
        "PostgresLink", "RunRecord", "Runs", "Verification", logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "orchestrator", "Databases", "JobModel", "Ledger", "LocalServers", "Mapping", "OldModel",
        "PostgresLink", "RunRecord", "SchemaPack", "SourceFixtures", "Verification",
      ],
      path: "Tests/EndToEnd", exclude: ["SQL"], swiftSettings: strict,
      plugins: ["EmbedTextPlugin"]),
  ]
)
