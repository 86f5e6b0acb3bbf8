#!/usr/bin/python3
"""with-desktop.py [--gl] COMMAND…: runs it with its own display, session bus and home."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness.desktop import Desktop  # noqa: E402

command = sys.argv[1:]
gl = command[0] == '--gl'
with Desktop(width=1280, height=800, gl=gl):
    status = subprocess.run(command[gl:], stdin=subprocess.DEVNULL, check=False).returncode
sys.exit(status if status >= 0 else 128 - status)
