import Testing

@testable import OrchestratorCommands

@Suite struct TerminalTests {
  @Test(arguments: [
    (["LC_ALL": "C.UTF-8"], true), (["LANG": "de_DE.utf8"], true), ([:], false),
    (["LC_ALL": "", "LANG": "en_US.UTF-8"], true), (["LC_ALL": "C", "LANG": "en_US.UTF-8"], false),
    (["LC_CTYPE": "POSIX", "LANG": "en_US.UTF-8"], false),
  ])
  func `the first locale that is set counts`(environment: [String: String], isUTF8: Bool) {
    #expect(Terminal.isUTF8(environment) == isUTF8)
  }

  @Test func `our own signs have an ASCII form as wide as they are`() {
    #expect(Terminal.inASCII("✓ 1 → 2 · ██░ Zoë") == "+ 1 > 2 - ##. Zoë")
  }
}
