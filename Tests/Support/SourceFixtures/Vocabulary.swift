/// What made-up content, labels and metadata are put together from.
enum Vocabulary {
  /// Mostly English, as production is, and every plane and direction of Unicode besides.
  static let words: [[UInt8]] = (Array(repeating: plain, count: 8).joined() + unusual)
    .map { Array($0.utf8) }

  private static let plain = """
    the of and to in is was for on that with as it by this from at which be are or an have not but
    decided because memory project agent deploys review meeting release customer prefers because
    database migration postgres latency budget tuesday always never remember after before schema
    index query timeout invoice contract reading coffee train garden weekend daughter birthday
    typescript swift compiler warning branch commit rebase pipeline container cluster failover
    """.split { $0.isWhitespace }.map(String.init)

  private static let unusual =
    """
    café naïve Zürich Straße coöperate œuvre Łódź İstanbul Ðorđe проект память решение Αθήνα λόγος
    مشروع ذاكرة قرار שלום זיכרון परियोजना क्षि ไทย กำ 项目 记忆 決定 データ 프로젝트 각
    e\u{301} n\u{303} Z\u{351}\u{35B}a\u{300}\u{316} \u{202E}rtl\u{202C} \u{FEFF}bom zero\u{200B}width
    🙂 👩‍👩‍👧‍👦 👍🏽 🇦🇹 ❤️ 𝒜𝒷 𐍈 𠀀𠮷 𰀀 \u{4FFFD} \u{5000A} \u{60001} \u{70001} \u{80001}
    \u{90001} \u{A0001} \u{B0001} \u{C0001} \u{D0001} \u{E0100} \u{F0000} \u{10FFFD} \u{FFFD} \u{FFFF}
    '' " \\ \\N \\. \\x00 {{slug}} %s $1 :name -- /* <script> &amp; a,b a;b \u{1} \u{7F} \u{85}
    """.split { $0 == " " || $0 == "\n" }.map(String.init)

  /// Labels of a tree path. Letters beyond ASCII need the server's LC_CTYPE to know them.
  static let labels = [
    "work", "home", "project", "notes", "team", "agents", "2025", "q3_review", "draft-2", "A",
    "café", "проект", "記憶", "straße", "personal", "archive",
  ]

  static let sources = ["chat", "editor", "mail", "import", "terminal"]
}
