#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred calls in a row in one process: descriptors, threads and memory stay level."""

import os

from harness.report import step
from scene import main

CALLS = int(os.environ.get('VISAVIS_TEST_CALLS', '100'))
WARM = 20  # calls that fill plugins, pools and caches

# Allowed growth: a session that leaks its ICE agent has more than that.
ROOM = {'files': 4, 'threads': 4}


def cases(scene):
    scene.serve('--rate-limits', 'off')
    ends = ada, grace = scene.headless_peer('ada'), scene.headless_peer('grace')
    first = {}

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

    def level():
        for end in ends:
            # A pipeline is shut down on a thread of its own, a moment after its call.
            def is_level(stats):
                return all(stats[what] <= first[end][what] + room for what, room in ROOM.items())
            stats = end.wait_stats(is_level, timeout=30)
            # Sanitizers hold freed memory in quarantine; without them the bound is narrow.
            growth = (stats['memory-kib'] - first[end]['memory-kib']) / 1024
            step(f'{end.user}: files from {first[end]["files"]:.0f} to {stats["files"]:.0f}, threads '
                 f'from {first[end]["threads"]:.0f} to {stats["threads"]:.0f}, {growth:+.1f} MiB after '
                 f'{CALLS - WARM} more calls')
            with open(f'/proc/{end.pid}/maps', 'rb') as maps:
                sanitized = b'libasan' in maps.read()
            assert growth < (300 if sanitized else 12), f'memory grew by {growth:.1f} MiB'

    return [(f'{WARM} calls to warm up', warm_up), (f'{CALLS - WARM} more', the_rest),
            ('files, threads and memory are level', level)]


main(cases)
