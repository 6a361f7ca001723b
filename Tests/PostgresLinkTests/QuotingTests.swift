import LocalServers
import PostgresLink
import Testing

@Suite("Quoting and variables")
struct QuotingTests {
  @Test func identifiersAreAlwaysQuoted() {
    #expect(quoteIdentifier("a\"b") == "\"a\"\"b\"")
    #expect(quoteIdentifier("me_x", "Memory") == "\"me_x\".\"Memory\"")
  }

  /// What means something to the server, alone and before what joins it to one character.
  private static let hostile = [
    "'", "\"", "\\", "{", "}", ",", "%", "\r", "\n", "\r\n", "NULL", "",
  ]
  .flatMap { mark in ["", "\u{301}", "\u{FE0F}", "\u{200D}"].map { mark + $0 } }

  @Test func whatTheServerReadsIsWhatWasMeant() async throws {
    let servers = try await TestServers.shared()
    let connection = try await PostgresConnection.open(
      ConnectionSettings(
        name: "target", connectionString: servers.target.url(database: "postgres")),
      side: .target, applicationName: "quoting", stop: try StopSignal())
    let bytes = Self.hostile.map { $0.utf8.map { String($0, radix: 16) } }
    for (text, expected) in zip(Self.hostile, bytes) {
      let rows = try await connection.query("select \(quoteLiteral(text)) as text")
      #expect(try rows.first?.text("text").utf8.map { String($0, radix: 16) } == expected)
    }
    let rows = try await connection.query(
      "select t from unnest($1::text[]) with ordinality u (t, n) order by n",
      [.textArray(Self.hostile)])
    #expect(try rows.map { try $0.text("t").utf8.map { String($0, radix: 16) } } == bytes)
    for name in Self.hostile where !name.isEmpty {
      let rows = try await connection.query("select 1 as \(quoteIdentifier(name))")
      #expect(try rows.first?.text(name) == "1")
    }
    await connection.close()
  }

  @Test func variablesAreFilledAsPsqlDoes() {
    let sql = fillVariables(
      "select :'v', :'n' from :\"s\".memory where t = 'a:b'::text",
      ["v": "it's", "n": nil, "s": "me_1"])
    #expect(sql == "select 'it''s', NULL from \"me_1\".memory where t = 'a:b'::text")
  }
}
