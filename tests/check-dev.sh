#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ./dev install goes where PREFIX says, also when something was built for another place before; .ci/run adds
# up what its parts count, and fails with any of them.
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

# ci FIRST SECOND: the last line of .ci/run, and its status, where ./dev test and ./dev bare end like that.
mkdir "$where/ci"
cp -r "$(dirname "$dev")/.ci" "$where/ci/"
ci ()
{
  printf '#!/bin/sh\ncase $1 in test) %s ;; bare) %s ;; esac\n' "$1" "$2" >"$where/ci/dev"
  chmod +x "$where/ci/dev"
  status=0
  "$where/ci/.ci/run" >"$where/ci/out" || status=$?
  echo "$(tail -n 1 "$where/ci/out"), status $status"
}

expect ()
{
  echo "$2"
  [ "$1" = "$2" ]
}

expect '12 passed, 0 failed, status 0' "$(ci 'echo 10 passed, 0 failed' 'echo 2 passed, 0 failed')"
expect '12 passed, 1 failed, 3 skipped, status 1' \
  "$(ci 'echo 10 passed, 0 failed, 3 skipped' 'echo 2 passed, 1 failed; exit 1')"
expect '2 passed, 1 failed, status 1' "$(ci 'echo did not compile; exit 1' 'echo 2 passed, 0 failed')"
expect '12 passed, 1 failed, status 1' "$(ci 'echo 10 passed, 0 failed; exit 2' 'echo 2 passed, 0 failed')"
expect '10 passed, 0 failed, 1 skipped, status 0' \
  "$(ci 'echo 10 passed, 0 failed' 'echo 0 passed, 0 failed, 1 skipped')"
