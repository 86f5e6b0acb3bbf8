#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""with-network.py COMMAND…: runs a test in a network namespace, or where that is forbidden in the
host's network; the test is skipped if there is no address for media there either."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import network, report  # noqa: E402

network.isolate()
if network.host_address() is None:
    report.skip_all(network.NO_ADDRESS)
os.execv(sys.argv[1], sys.argv[1:])
