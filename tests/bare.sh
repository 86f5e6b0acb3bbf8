#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# bare.sh [STEP…]: runs the README's commands on a Debian 12 with nothing installed.
#
#   run       ./dev run, with its summary and pictures
#   ui        the tests that draw, with only the packages that they need
#   desktop   the same with a desktop's compositors and drivers
#   test      ./dev test, every test
#   other     the other commands: format, install, a benchmark
#
# Default: run, ui, desktop. debootstrap creates Debian in build/bare/base, once, from the sources that
# this machine's apt uses; each step is an overlay on top of it, build/bare/STEP.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=$PWD
where=$tree/build/bare
base=$where/base
passed=0 failed=0 skipped=0

skip ()
{
  printf 'skipped: bare: %s\n0 passed, 0 failed, 1 skipped\n' "$*"
  exit 0
}

# In namespaces of its own: mounts and started processes end with this program.
if [ "${VISAVIS_BARE:-}" != inside ]; then
  [ "$(id -u)" = 0 ] || skip "a system in a folder needs root"
  command -v debootstrap >/dev/null || skip "debootstrap is not here (./dev bare installs it)"
  unshare --mount --pid --fork true 2>/dev/null || skip "no namespaces here for the mounts"
  VISAVIS_BARE=inside exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@"
fi

# layer NAME LOWER…: mounts an overlay at build/bare/NAME/root, of LOWER (the last one lowest) with
# build/bare/NAME/upper for changes. It is volatile: nothing has to be synced, and dpkg syncs each
# file. Without overlayfs, it is a copy.
layer ()
{
  local at=$where/$1 lower options; shift
  rm -rf "$at"
  mkdir -p "$at/root" "$at/upper" "$at/work"
  lower=$(IFS=:; echo "$*")
  for options in ,volatile ''; do
    ! mount -t overlay overlay "$at/root" 2>/dev/null \
      -o "lowerdir=$lower,upperdir=$at/upper,workdir=$at/work$options" || return 0
  done
  rmdir "$at/upper"
  ln -s root "$at/upper"
  cp -a --reflink=auto "$1/." "$at/root/"
}

# Copies apt's sources and keys, the CA certificates and the name resolution.
carry_apt ()
{
  local from
  rm -rf "$1/etc/apt"
  cp -a /etc/apt "$1/etc/apt"
  for from in /usr/share/keyrings /etc/ssl/certs; do
    [ ! -d $from ] || { mkdir -p "$1$from"; cp -rL $from/. "$1$from/" 2>/dev/null || true; }
  done
  cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
}

make_base ()
{
  local archive
  [ ! -d "$base" ] || return 0
  # shellcheck disable=SC2016 # apt's own variables
  archive=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT) $(IDENTIFIER)' 'Identifier: Packages' \
    | awk '$2 == "bookworm" && $3 == "main" && !found++ { print $1 }')
  [ -n "$archive" ] || skip "apt here has no source of Debian 12"
  echo "▸ Making a Debian 12 in $base"
  mkdir -p "$where/nothing"
  layer making "$where/nothing"
  debootstrap --variant=minbase bookworm "$where/making/root" "$archive" >"$where/debootstrap.log" 2>&1 \
    || { tail "$where/debootstrap.log"; echo "0 passed, 1 failed"; exit 1; }
  # Packages must not start services in the chroot.
  printf '#!/bin/sh\nexit 101\n' >"$where/making/root/usr/sbin/policy-rc.d"
  chmod +x "$where/making/root/usr/sbin/policy-rc.d"
  mountpoint -q "$where/making/root" && umount "$where/making/root"
  mv "$(realpath "$where/making/upper")" "$base"
}

# in_root STEP FOLDER COMMAND: runs it in the chroot, with a clean environment.
in_root ()
{
  local root=$where/$1/root
  mkdir -p "$root/proc" "$root/sys" "$root/dev"
  mountpoint -q "$root/proc" \
    || { carry_apt "$root"; mount -t proc proc "$root/proc"; mount --rbind /sys "$root/sys"; mount --rbind /dev "$root/dev"; }
  echo "▸ In build/bare/$1: $3"
  chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
    sh -c "cd '$2' && exec $3" 2>&1 | tee "$where/$1.log"
}

# check NAME COMMAND…: runs it, and counts it as passed or failed.
check ()
{
  local name=$1; shift
  if "$@"; then echo "ok: bare: $name"; passed=$((passed + 1))
  else echo "FAILED: bare: $name"; failed=$((failed + 1)); fi
}

# add STATUS STEP: adds the counts of ./dev test in the last line of the step's log; at least one
# failure if STATUS says so.
add ()
{
  local status=$1 last words
  last=$(tail -n 1 "$where/$2.log")
  read -r -a words <<<"${last//,/}"
  if [[ $last =~ ^[0-9]+\ passed,\ [0-9]+\ failed ]]; then
    passed=$((passed + words[0])) failed=$((failed + words[2])) skipped=$((skipped + ${words[4]:-0}))
    [ "$status" = 0 ] || [ "${words[2]}" != 0 ] || failed=$((failed + 1))
  else
    failed=$((failed + 1))
  fi
}

# Exports HEAD.
clone_into ()
{
  mkdir -p "$1/root/visavis"
  git archive HEAD | tar -x -C "$1/root/visavis"
}

# Copies the working tree to the same path, with build/test and build/headers.
copy_into ()
{
  local built
  mkdir -p "$1$tree/build"
  find . -mindepth 1 -maxdepth 1 ! -name build ! -name .git -exec cp -a {} "$1$tree/" \;
  for built in test headers; do
    [ ! -d build/$built ] || cp -a --reflink=auto build/$built "$1$tree/build/"
  done
}

step_run ()
{
  layer run "$base"
  clone_into "$where/run/root"
  check "./dev run" in_root run /root/visavis "./dev run"
  check "summary and pictures of ./dev run" \
    python3 tests/check-run.py "$where/run/root/root/visavis/build/run" "$where/run.log"
}

DRAWING="ui-calls ui-chat ui-keys ui-menu ui-welcome ui-widgets app-notifier gl"

step_ui ()
{
  local status=0
  layer ui "$where/run/upper" "$base"
  copy_into "$where/ui/root"
  check "./dev deps" in_root ui "$tree" "./dev deps"
  # With the same packages nothing has to be rebuilt; otherwise it is built from scratch.
  in_root ui "$tree" "ninja -C build/test -n" | grep 'no work to do' >/dev/null || rm -rf "$where/ui/root$tree/build/test"
  in_root ui "$tree" "./dev test $DRAWING" || status=$?
  add $status ui
}

step_desktop ()
{
  local status=0
  layer desktop "$where/ui/upper" "$where/run/upper" "$base"
  in_root desktop / "env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends mutter weston mesa-utils" \
    >"$where/desktop-install.log" || { tail "$where/desktop-install.log"; failed=$((failed + 1)); return; }
  in_root desktop "$tree" "./dev test $DRAWING" || status=$?
  add $status desktop
}

step_test ()
{
  local status=0
  layer test "$base"
  clone_into "$where/test/root"
  in_root test /root/visavis "./dev test" || status=$?
  add $status test
}

# Each on a fresh system: no command may depend on what another one has installed.
step_other ()
{
  local command
  for command in format install build "bench startup" "bench fuzz 5"; do
    layer "other-${command%% *}" "$base"
    clone_into "$where/other-${command%% *}/root"
    check "./dev $command" in_root "other-${command%% *}" /root/visavis "./dev $command"
  done
}

mkdir -p "$where"
make_base
for step in "${@:-run ui desktop}"; do
  for one in $step; do
    "step_$one"
  done
done
echo "$passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")"
[ $failed = 0 ]
