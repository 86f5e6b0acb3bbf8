"""The log of steps, and TAP for Meson."""

import sys
import time
import traceback

_start = time.monotonic()
_prefix = ''


def plain():
    """Prints steps as plain lines instead of TAP comments."""
    global _prefix
    _prefix = None


def step(text):
    stamp = f'{time.monotonic() - _start:6.1f} s'
    print(f'{stamp}  {text}' if _prefix is None else f'# {stamp}  {text}', flush=True)


def complain(text):
    """Prints to standard error, which is what Meson shows of a failed test."""
    print(text, file=sys.stderr, flush=True)


def skip_all(reason):
    print(f'1..0 # SKIP {reason}', flush=True)
    sys.exit(0)


def run(cases, before_failure=lambda: None):
    """Runs the cases (name, function) in order; after a failure the others are not run, since they
    build on each other."""
    print(f'1..{len(cases)}', flush=True)
    failed = None
    for number, (name, case) in enumerate(cases, 1):
        if failed:
            print(f'not ok {number} - {name} # after the failure of "{failed}"', flush=True)
            continue
        try:
            step(name)
            case()
            print(f'ok {number} - {name}', flush=True)
        except Exception:  # pylint: disable=broad-except
            failed = name
            reason = traceback.format_exc()
            try:
                before_failure()
            except Exception as error:  # pylint: disable=broad-except
                complain(f'(no more to be told: {error})')
            # Last, since Meson shows only the end.
            complain(f'"{name}" failed\n{reason}')
            print(f'not ok {number} - {name}', flush=True)
    return 1 if failed else 0
