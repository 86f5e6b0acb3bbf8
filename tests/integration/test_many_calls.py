#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred calls in a row in one process: files, threads and memory level off."""

import os

from harness.report import step
from scene import main

CALLS = int(os.environ.get('VISAVIS_TEST_CALLS', '100'))
WARM = 20  # plugins, pools and caches that come once


def cases(scene):
    scene.serve('--rate-limits', 'off')
    ends = ada, grace = scene.headless_peer('ada'), scene.headless_peer('grace')
    first, last = {}, {}

    def one(number):
        starts = {end: len(end.events) for end in ends}
        caller, callee = ends if number % 2 else ends[::-1]
        caller.call(callee.user)
        callee.wait(state='ringing')
        if number % 5 == 4:
            callee.decline()
        else:
            callee.answer()
            for end in ends:
                end.wait_event('first-frame', starts[end], timeout=30)
            (caller if number % 3 else callee).hang_up()
        for end in ends:
            end.wait_event('ended', starts[end])
            end.wait(state='idle')

    def settled(end):
        return end.wait_stats(lambda stats: stats['sessions'] == 0)

    def warm_up():
        for number in range(WARM):
            one(number)
        for end in ends:
            first[end] = settled(end)

    def the_rest():
        for number in range(WARM, CALLS):
            one(number)
            if number % 20 == 19:
                stats = settled(ada)
                step(f'{number + 1} calls: {stats["files"]:.0f} files, {stats["threads"]:.0f} threads, '
                     f'{stats["memory-kib"] / 1024:.0f} MiB')
        for end in ends:
            last[end] = settled(end)

    def level():
        for end in ends:
            for what, room in (('files', 4), ('threads', 4)):
                assert last[end][what] <= first[end][what] + room, \
                    f'{end.user}: {what} from {first[end][what]:.0f} to {last[end][what]:.0f}'
            # Sanitizers keep what was freed for a while; without them the bound is narrow.
            growth = (last[end]['memory-kib'] - first[end]['memory-kib']) / 1024
            step(f'{end.user}: {growth:+.1f} MiB after {CALLS - WARM} more calls')
            sanitized = b'libasan' in open(f'/proc/{end.pid}/maps', 'rb').read()
            assert growth < (300 if sanitized else 12), f'memory grew by {growth:.1f} MiB'

    return [(f'{WARM} calls to warm up', warm_up), (f'{CALLS - WARM} more', the_rest),
            ('files, threads and memory are level', level)]


main(cases)
