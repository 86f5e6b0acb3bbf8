#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check-call-machine.sh PRINTER DOCUMENT: the document is what the printer prints.
set -eu
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
"$1" > "$printed"
if [ "${3:-}" = --update ]; then
  cp "$printed" "$2"
else
  diff -u "$2" "$printed"
fi
