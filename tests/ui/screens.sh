#!/bin/sh
# Saves a picture of each screen, light and dark, narrow and wide, to be looked at:
#   tests/support/with-desktop.py tests/ui/screens.sh PREVIEW FOLDER [SCREEN…]
set -eu
preview=$1
folder=$2
shift 2
mkdir -p "$folder"
export ASAN_OPTIONS=detect_leaks=0

[ $# -gt 0 ] || set -- $("$preview" --list)
for screen in "$@"; do
  for width in 360 1200; do
    "$preview" --screen "$screen" --width $width --save "$folder/$screen-$width-light.png"
    "$preview" --screen "$screen" --width $width --dark --save "$folder/$screen-$width-dark.png"
  done
done
