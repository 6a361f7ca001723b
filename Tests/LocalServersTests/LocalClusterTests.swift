import LocalServers
import Testing

@Suite struct LocalClusterTests {
  @Test func `the three clusters are distinct and speak version 18`() async throws {
    let servers = try await TestServers.shared()
    var identifiers: Set<String> = []
    for cluster in servers.all {
      #expect(try await cluster.run("show server_version_num;").hasPrefix("18"))
      identifiers.insert(
        try await cluster.run("select system_identifier from pg_control_system();"))
    }
    #expect(identifiers.count == 3)
    #expect(Set(servers.all.map(\.port)).count == 3)
  }

  @Test func `one test's databases are empty, bear one name, and go`() async throws {
    let name = try await TestServers.withDatabases { databases in
      for cluster in databases.servers.all {
        let tables = try await cluster.run(
          "select count(*) from pg_tables where schemaname = 'public';", database: databases.name)
        #expect(tables == "0\n")
      }
      return databases.name
    }
    let left = try await TestServers.shared().target.run(
      "select count(*) from pg_database where datname = :'name';", variables: ["name": name])
    #expect(left == "0\n")
  }

  @Test func `labels beyond ASCII are valid in trees`() async throws {
    try await TestServers.withDatabases([.shard]) { databases in
      let path = try await databases.servers.shard.run(
        "create extension ltree; select 'work.café.проект'::ltree;", database: databases.name)
      #expect(path == "work.café.проект\n")
    }
  }

  @Test func `a wrong statement is an error with its line`() async throws {
    let target = try await TestServers.shared().target
    let error = await #expect(throws: LocalServerError.self) {
      try await target.run("select 1;\nselect nothing;")
    }
    #expect(error?.reason.contains("psql:<stdin>:2: ERROR:") == true)
  }

  @Test func `a copy whose program gives up is an error of the server`() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let target = databases.servers.target
      try await target.run("create table t (i int);", database: databases.name)
      let error = await #expect(throws: LocalServerError.self) {
        try await target.copyIn("copy t from stdin", database: databases.name) { write in
          try write(Array("no number\n".utf8))
          for _ in 0..<10_000 { try write(Array("1\n".utf8)) }
        }
      }
      #expect(error?.reason.contains("invalid input syntax for type integer") == true)
    }
  }

  @Test func `what was committed survives an immediate stop`() async throws {
    try await TestServers.withCluster { cluster in
      try await cluster.run("create table kept (i int); insert into kept values (7);")
      try await cluster.stop(mode: .immediate)
      #expect(try await !cluster.isRunning)
      try await cluster.start()
      #expect(try await cluster.run("select i from kept;") == "7\n")
    }
  }

  @Test func `an older server can be had`() async throws {
    try await TestServers.withCluster(.fifteen()) { cluster in
      let version = try await cluster.run("show server_version_num;")
      #expect(version.hasPrefix("15"))
    }
  }

  @Test func `a role needs its password, and URLs carry it`() async throws {
    try await TestServers.withCluster { cluster in
      try await cluster.run("create role reader login password 'p@ss/word';")
      #expect(
        cluster.url(database: "postgres", role: "reader", password: "p@ss/word")
          == "postgresql://reader:p%40ss%2Fword@127.0.0.1:\(cluster.port)/postgres")
      #expect(
        try await cluster.run("select type from pg_hba_file_rules where auth_method = 'trust';")
          .isEmpty)
    }
  }
}
