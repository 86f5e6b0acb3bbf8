#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ./dev install goes where PREFIX says, also when something was built for another place before.
set -eu
dev=$(cd "$(dirname "$0")/.." && pwd)/dev
where=$(mktemp -d)
trap 'rm -r "$where"' EXIT
mkdir -p "$where/bin" "$where/tree/build/release"
cp "$dev" "$where/tree/dev"
touch "$where/tree/build/release/build.ninja"

# Nothing is built or installed here; what would be called is written down.
for name in meson ninja sudo; do
  printf '#!/bin/sh\necho %s "$@" >>"%s/calls"\n' $name "$where" >"$where/bin/$name"
  chmod +x "$where/bin/$name"
done
for name in sh dirname id; do
  ln -s "$(command -v $name)" "$where/bin/$name"
done

PREFIX=/elsewhere PATH="$where/bin" "$where/tree/dev" install >/dev/null
cat "$where/calls"
head -n 1 "$where/calls" | grep -qx 'meson configure build/release --prefix=/elsewhere'
