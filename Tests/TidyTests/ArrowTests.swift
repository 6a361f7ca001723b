import Testing

/// The arrows between targets and folders, as docs/architecture.md draws them.
@Suite struct ArrowTests {
  /// Bottom up: a target may import what its line names, and nothing of the project but that.
  private static let arrows: [(target: String, imports: Set<String>)] = [
    ("EmbedText", []),
    ("EmbedTextPlugin", ["PackagePlugin"]),
    ("CLibPQ", []),
    ("CLibCrypto", []),
    ("Digest", ["CLibCrypto"]),
    ("PostgresLink", ["CLibPQ", "Logging"]),
    ("JobModel", ["Digest"]),
    ("Ledger", ["JobModel", "GRDB"]),
    ("SchemaPack", ["Digest", "PostgresLink"]),
    ("Mapping", ["Digest", "JobModel"]),
    ("Scheduling", ["JobModel", "Logging"]),
    ("Databases", ["JobModel", "PostgresLink", "Logging"]),
    ("RunRecord", ["Databases", "JobModel", "PostgresLink", "Logging"]),
    ("OldModel", ["Databases", "JobModel", "Mapping", "PostgresLink"]),
    ("Planning", planningAndMigration),
    ("Migration", planningAndMigration.union(["Logging"])),
    (
      "Verification",
      ["Databases", "JobModel", "Mapping", "OldModel", "PostgresLink", "RunRecord"]
    ),
    (
      "Runs",
      planningAndMigration.union(["Ledger", "Migration", "Planning", "Verification", "Logging"])
    ),
    (
      "OrchestratorCommands",
      planningAndMigration.union([
        "ArgumentParser", "Ledger", "Logging", "Planning", "Runs", "Verification",
      ])
    ),
    ("orchestrator", ["OrchestratorCommands"]),
  ]

  private static let planningAndMigration: Set<String> = [
    "Databases", "JobModel", "Mapping", "OldModel", "PostgresLink", "RunRecord", "SchemaPack",
    "Scheduling",
  ]

  /// What comes with the toolchain.
  private static let system: Set<String> = ["Dispatch", "Foundation", "Glibc", "Synchronization"]

  /// Folders of one target, bottom up: none may use what a later one declares.
  private static let folders: [(target: String, order: [String])] = [
    ("JobModel", ["", "Protocol"]),
    ("OldModel", ["Memory", "Accounts", "Shard"]),
    ("Planning", ["Survey", "Preflight", "Plan"]),
    ("Migration", ["Lanes", "Jobs", "Reset"]),
    ("OrchestratorCommands", ["Output", "Commands"]),
  ]

  @Test func `every target imports what its arrows allow`() throws {
    let allowed = Dictionary(uniqueKeysWithValues: Self.arrows.map { ($0.target, $0.imports) })
    #expect(!Checkout.sources.isEmpty)
    for file in Checkout.sources {
      let target = String(file.path.split(separator: "/")[1])
      let arrows = try #require(allowed[target], "\(file.path) belongs to no target of the table")
      let imports = try file.matches(#"^(?:@\w+ |package |internal )*import (?:\w+ )?(\w+)$"#)
      let refused = Set(imports).subtracting(arrows).subtracting(Self.system)
      #expect(refused.isEmpty, "\(file.path) imports \(refused.sorted())")
    }
  }

  @Test func `arrows only point down`() {
    var below: Set<String> = []
    let targets = Set(Self.arrows.map(\.target))
    for (target, imports) in Self.arrows {
      let upward = imports.intersection(targets).subtracting(below)
      #expect(upward.isEmpty, "\(target) stands below \(upward.sorted())")
      below.insert(target)
    }
  }

  @Test func `planning, migration and the proof do not know each other`() {
    let siblings: Set = ["Planning", "Migration", "Verification"]
    for (target, imports) in Self.arrows where siblings.contains(target) {
      #expect(imports.isDisjoint(with: siblings), "\(target)")
    }
  }

  @Test(arguments: [
    ("CLibPQ", "PostgresLink"), ("CLibCrypto", "Digest"), ("GRDB", "Ledger"),
    ("ArgumentParser", "OrchestratorCommands"),
  ])
  func `one target alone imports a library`(library: String, owner: String) {
    #expect(Self.arrows.filter { $0.imports.contains(library) }.map(\.target) == [owner])
  }

  @Test func `folders use no later folder of their target`() throws {
    for (target, order) in Self.folders {
      for (index, folder) in order.enumerated() {
        let words = files(of: target, folder).map { ($0.path, $0.words) }
        #expect(!words.isEmpty, "\(target)/\(folder) is empty")
        for later in order[(index + 1)...] {
          let declared = Set(try files(of: target, later).flatMap { try declarations(in: $0) })
          #expect(!declared.isEmpty, "\(target)/\(later) declares nothing")
          for (path, words) in words {
            let used = words.intersection(declared)
            #expect(used.isEmpty, "\(path) uses \(used.sorted()) of \(target)/\(later)")
          }
        }
      }
    }
  }

  private func files(of target: String, _ folder: String) -> [TextFile] {
    let prefix = "Sources/\(target)/" + (folder.isEmpty ? "" : folder + "/")
    return Checkout.sources.filter { file in
      file.path.hasPrefix(prefix) && !file.path.dropFirst(prefix.count).contains("/")
    }
  }

  private func declarations(in file: TextFile) throws -> [String] {
    try file.matches(
      #"^(?:package )?(?:final )?(?:struct|enum|class|actor|protocol) (\w+)"#)
  }
}
