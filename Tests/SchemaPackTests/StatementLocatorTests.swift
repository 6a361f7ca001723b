import Testing

@testable import SchemaPack

struct StatementLocatorTests {
  @Test(
    "Semicolons end statements only where the server takes them so",
    arguments: [
      "select 1", "select ';', \";\"", "select e'\\';', U&'a'", "select $$;$$, $a$ $$; $a$, $1",
      "/* ; /* ; */ ; */ select 1 -- ;", "create rule r as on insert to t do (select 1; select 2)",
      "create function f() returns int begin atomic select case when true then 1 end; end",
      "create table begin_end (a$b int)", "begin",
    ])
  func statements(first: String) {
    let text = " ;; -- comment;\n\(first)\n;\n /* ; */ MARK; rest"
    let offset = StatementLocator.start(after: 1, in: text)
    #expect(offset.map { String(text.unicodeScalars.dropFirst($0)) } == "MARK; rest")
    #expect(StatementLocator.start(after: 3, in: text) == nil)
  }

  @Test(
    "Text that ends too early is taken to its end", arguments: ["'", "$$", "$a", "/*", "e'\\", "$"])
  func unterminated(text: String) {
    #expect(StatementLocator.start(after: 1, in: text) == nil)
  }
}
