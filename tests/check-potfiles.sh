#!/bin/sh
# Does po/POTFILES.in name just the files with text that a person reads? With --fix: make it so.
set -eu
cd "$(dirname "$0")/.."

expected=$({
  ls data/*.desktop.in data/*.metainfo.xml.in data/*.gschema.xml
  grep -rlE '(^|[^A-Za-z_])(N?C?_|ngettext|g_dngettext) \("|translatable="' src \
    --include='*.c' --include='*.h' --include='*.ui'
} | LC_ALL=C sort)

if [ "${1:-}" = --fix ]; then
  echo "$expected" > po/POTFILES.in
else
  echo "$expected" | diff -u po/POTFILES.in - || { echo "./dev format puts po/POTFILES.in right"; exit 1; }
fi
