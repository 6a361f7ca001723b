import PostgresLink
import Testing

@Suite("Quoting and variables")
struct QuotingTests {
  @Test func identifiersAreAlwaysQuoted() {
    #expect(quoteIdentifier("a\"b") == "\"a\"\"b\"")
    #expect(quoteIdentifier("me_x", "Memory") == "\"me_x\".\"Memory\"")
  }

  @Test func variablesAreFilledAsPsqlDoes() {
    let sql = fillVariables(
      "select :'v', :'n' from :\"s\".memory where t = 'a:b'::text",
      ["v": "it's", "n": nil, "s": "me_1"])
    #expect(sql == "select 'it''s', NULL from \"me_1\".memory where t = 'a:b'::text")
  }
}
