import Testing

@testable import SchemaPack

struct PackTemplateTests {
  private func render(_ text: String) throws(PackError) -> RenderedScript {
    try PackTemplate.render(
      PackFile(path: "core/x.sql", text: text), ["schema": "core", "slug": "{{schema}}", "m": "16"])
  }

  @Test("Placeholders become their values, once")
  func placeholders() throws {
    #expect(try render("{{schema}}.{{ m }}{{m}}").text == "core.1616")
    #expect(try render("{{slug}}").text == "{{schema}}")
    #expect(try render("{{{schema}}}").text == "{core}")
  }

  @Test(
    "Braces that are no placeholder stay",
    arguments: ["'{{1,2},{3,4}}'", "{{", "}}", "{ {schema}}", "{{schema", "{{a b}}", "{{}}", "é{{"])
  func braces(text: String) throws {
    #expect(try render(text).text == text)
  }

  @Test("A guard block becomes its body between two calls")
  func guardBlock() throws {
    let script = try render(
      "{{fn f(a numeric(10,2) default '(', \"b)\" {{schema}}.t) returns table (x {{schema}}.t)}}"
        + " BODY {{m}} {{endfn}}\nrest")
    let literals = "'f','a numeric(10,2) default ''('', \"b)\" core.t','table (x core.t)'"
    #expect(
      script.text == """
        select core.drop_function_if_signature_differs(\(literals)); BODY 16 \
        select core.assert_function_signature(\(literals));
        rest
        """)
  }

  @Test(
    "What does not parse names its place",
    arguments: [
      ("a\n  {{nonsense}}", 2, 3), ("\n{{fn f() returns x}} body", 2, 1),
      ("{{fn f() returns x}}\n {{fn g() returns x}}", 2, 2), ("x {{endfn}}", 1, 3),
      ("{{fn f( returns x}} {{endfn}}", 1, 1), ("{{fn f() gives x}}{{endfn}}", 1, 1),
      ("{{fn f() returns }}{{endfn}}", 1, 1), ("{{fn (a int) returns x}}{{endfn}}", 1, 1),
      ("{{fn f() returns x", 1, 1), ("éé{{fn f(a {{nonsense}}) returns x}}{{endfn}}", 1, 12),
    ])
  func mistakes(text: String, line: Int, column: Int) async throws {
    let error = try await packError { _ = try render(text) }
    #expect(error.kind == .template)
    #expect(error.place?.file == "core/x.sql")
    #expect(error.place?.line == line)
    #expect(error.place?.column == column)
  }

  @Test("Offsets in the script lead back into the file")
  func places() throws {
    let script = try render("-- é\r\n{{schema}}.a {{fn f() returns x}}\n b {{endfn}} tail")
    func place(of part: String) throws -> String {
      let range = try #require(script.text.firstRange(of: part))
      let offset = script.text.unicodeScalars.distance(
        from: script.text.startIndex, to: range.lowerBound)
      return script.place(of: offset).description
    }
    #expect(try place(of: "é") == "core/x.sql:1:4")
    #expect(try place(of: ".a") == "core/x.sql:2:11")
    #expect(try place(of: "drop_function") == "core/x.sql:2:14")
    #expect(try place(of: " b ") == "core/x.sql:3:1")
    #expect(try place(of: " tail") == "core/x.sql:3:13")
  }

  @Test("The excerpt shows the line, and points at the column")
  func excerpt() {
    let place = PackPlace(PackFile(path: "x", text: "one\n\ttwo three\nfour"), offset: 9)
    #expect(place.excerpt == "     two three\n         ^")
    #expect(PackPlace(PackFile(path: "x", text: ""), offset: 5).description == "x:1:1")
  }
}
