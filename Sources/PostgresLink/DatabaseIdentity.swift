/// The values that distinguish one database from every other, and one start of its server from the next.
///
/// A name does not: in production, both sources have the same database name.
package struct DatabaseIdentity: Sendable, Hashable, Codable {
  /// `pg_control_system().system_identifier`: created by initdb, and shared by physical copies.
  package var systemIdentifier: String
  /// `pg_database.oid`.
  package var databaseOID: Int64
  /// Raised by every promotion: a failover may have lost commits.
  package var timeline: Int64
  /// The start of the server, in seconds since 1970 with microseconds. A different value means that it was
  /// restarted, possibly after a crash.
  package var postmasterStart: String
  /// Host, port and database name as libpq connected; no user, no password.
  package var address: String
  /// `server_version_num`, 180000 for 18.0.
  package var serverVersion: Int
  package var encoding: String
  package var isInRecovery: Bool

  /// Whether both are the same database, regardless of restarts of its server.
  package func isSameDatabase(as other: DatabaseIdentity) -> Bool {
    systemIdentifier == other.systemIdentifier && databaseOID == other.databaseOID
  }

  /// Whether commits seen in the state `other` may be missing in this one.
  package func mayHaveLostCommits(since other: DatabaseIdentity) -> Bool {
    postmasterStart != other.postmasterStart || timeline != other.timeline
  }

  static let query = """
    select pg_catalog.pg_backend_pid() as pid,
      (select extract(epoch from a.backend_start) from pg_catalog.pg_stat_activity a
        where a.pid = pg_catalog.pg_backend_pid()) as backend_start,
      (select s.system_identifier from pg_catalog.pg_control_system() s) as system_identifier,
      (select d.oid from pg_catalog.pg_database d
        where d.datname = pg_catalog.current_database()) as database_oid,
      case when pg_catalog.pg_is_in_recovery()
        then (select c.timeline_id from pg_catalog.pg_control_checkpoint() c)
        else pg_catalog.concat('x', pg_catalog.left(
          pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8))::bit(32)::int
      end as timeline,
      extract(epoch from pg_catalog.pg_postmaster_start_time()) as postmaster_start,
      pg_catalog.current_setting('server_version_num') as server_version,
      pg_catalog.current_setting('server_encoding') as encoding,
      pg_catalog.pg_is_in_recovery() as is_in_recovery
    """

  init(_ row: SQLRow, address: String) throws(PostgresError) {
    systemIdentifier = try row.text("system_identifier")
    databaseOID = try row.integer("database_oid")
    timeline = try row.integer("timeline")
    postmasterStart = try row.text("postmaster_start")
    serverVersion = Int(try row.integer("server_version"))
    encoding = try row.text("encoding")
    isInRecovery = try row.boolean("is_in_recovery")
    self.address = address
  }
}
