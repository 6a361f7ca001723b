extension SmallSources {
  /// The target's roster after a run of these sources, as the mapping's rules say; lines as in
  /// `SQL/Target/roster.sql`.
  static let roster = #"""
    access alphaalpha01 a:Ada@Example.org/alpha-only home.<owner>.<self> 3
    access alphaalpha01 a:Ada@Example.org/alpha-only work.café 1
    access alphaalpha01 a:Ada@Example.org/claude-code home.<owner>.<self> 3
    access alphaalpha01 a:Ada@Example.org/claude-code work 2
    access alphaalpha01 g:alphaalpha01/engineers team 1
    access alphaalpha01 u:Ada@Example.org <root> 3
    access alphaalpha01 u:Ada@Example.org home.<self> 3
    access alphaalpha01 u:mary@example.org home.<self> 3
    access alphaalpha01 u:mary@example.org personal 3
    access bravobravo02 a:Ada@Example.org/claude-code home.<owner>.<self> 3
    access bravobravo02 a:Ada@Example.org/claude-code notes 1
    access bravobravo02 u:Ada@Example.org <root> 3
    access bravobravo02 u:Ada@Example.org home.<self> 3
    access bravobravo02 u:mary@example.org home.<self> 3
    access charlie00003 u:grace@example.org <root> 3
    access charlie00003 u:grace@example.org home.<self> 3
    group g:alphaalpha01/engineers u:mary@example.org
    member alphaalpha01 a:Ada@Example.org/alpha-only
    member alphaalpha01 a:Ada@Example.org/claude-code
    member alphaalpha01 u:Ada@Example.org admin
    member alphaalpha01 u:mary@example.org
    member bravobravo02 a:Ada@Example.org/claude-code
    member bravobravo02 u:Ada@Example.org admin
    member bravobravo02 u:mary@example.org
    member charlie00003 u:grace@example.org admin
    principal a:Ada@Example.org/alpha-only
    principal a:Ada@Example.org/claude-code
    principal g:alphaalpha01/engineers
    principal u:Ada@Example.org
    principal u:grace@example.org
    principal u:mary@example.org
    space alphaalpha01 Alpha english
    space bravobravo02 Bravo english
    space charlie00003 Charlie english
    user Ada@Example.org Ada t 2025-01-01 00:00:00.000001+00 github:gh-Ada:2025-01-01 00:00:00.000001+00 \x01:2099-01-01 00:00:00+00:2025-06-01 00:00:00+00
    user grace@example.org Grace t 2025-01-02 00:00:00+00 github:gh-Grace:2025-01-02 00:00:00+00
    user mary@example.org Mary t 2025-01-03 00:00:00+00 github:gh-Mary:2025-01-03 00:00:00+00
    """#
}
