#!/usr/bin/env bash
# The command line's reference and man pages, made from what the binary says of itself.
#
#   docs/from-help.sh markdown .build/debug/orchestrator > docs/cli.md
#   docs/from-help.sh man .build/debug/orchestrator <folder>
set -euo pipefail

binary=$2
# As wide as help is on a terminal that says nothing.
export COLUMNS=80 LC_ALL=C.UTF-8

verbs() {
  "$binary" --help | awk '/^SUBCOMMANDS:/ { on = 1; next } on && /^  [a-z]/ { print $1 }'
}

markdown() {
  cat << 'END'
# The command line

Made from the binary's `--help` by `make reference`; do not edit. What every command has in common (connections,
ledger, exit statuses) is in the [README](../README.md).
END
  local verb
  for verb in '' $(verbs); do
    printf '\n## orchestrator%s\n\n```text\n' "${verb:+ $verb}"
    # shellcheck disable=SC2086 # the first is none
    "$binary" $verb --help | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
    printf '```\n'
  done
}

# Help is laid out already: a page takes it line by line, with its headings as sections.
page() {
  awk -v name="$1" -v title="$(tr '[:lower:]' '[:upper:]' <<< "$1")" -v version="$2" '
    function quoted(line) {
      gsub(/\\/, "\\e", line); gsub(/-/, "\\-", line)
      return line ~ /^[.\x27]/ ? "\\&" line : line
    }
    # A heading begins to fill lines again.
    function heading(text) { print ".SH " text "\n.nf" }
    BEGIN {
      printf ".TH %s 1 \"\" \"orchestrator %s\"\n.SH NAME\n%s \\- ", title, version, quoted(name)
    }
    sub(/^OVERVIEW: /, "") { isOverview = 1 }
    isOverview && /^$/ { isOverview = 0; heading("DESCRIPTION"); next }
    sub(/^USAGE: /, "") { heading("SYNOPSIS") }
    /^[A-Z][A-Z ]+:?$/ { sub(/:$/, ""); heading($0); next }
    { print quoted($0) }'
}

man() {
  local folder=$1 version verb name
  version=$("$binary" --version)
  mkdir -p "$folder"
  for verb in '' $(verbs); do
    name=orchestrator${verb:+-$verb}
    # shellcheck disable=SC2086 # the first is none
    "$binary" $verb --help | page "$name" "$version" > "$folder/$name.1"
  done
}

case $1 in
  markdown | man) "$1" "${@:3}" ;;
  *) echo "markdown or man, not $1" >&2; exit 2 ;;
esac
