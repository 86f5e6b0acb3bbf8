#!/bin/sh
# Is every C file as clang-format would write it? With --fix: make it so.
set -eu
cd "$(dirname "$0")/.."

tool=$(command -v clang-format-14 || command -v clang-format || true)
case $([ -z "$tool" ] || "$tool" --version) in
  *' 14.'*) ;;
  *) echo "clang-format 14 is not here (others format a little differently)"; exit 77 ;;
esac

files=$(find src tests -name '*.[ch]' | sort)
if [ "${1:-}" = --fix ]; then
  # shellcheck disable=SC2086 # names without spaces
  "$tool" -i $files
else
  # shellcheck disable=SC2086
  "$tool" --dry-run -Werror $files
  echo "$(echo "$files" | wc -l) files are formatted"
fi
