#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One side dies in each state of a call: the other one comes back to idle, and nothing is left."""

from harness.report import step
from scene import main


def cases(scene):
    scene.serve('--rate-limits', 'off')
    grace = scene.headless_peer('grace')

    def killed(state, ada_calls):
        start = len(grace.events)
        ada = scene.headless_peer('ada')
        caller, callee = (ada, grace) if ada_calls else (grace, ada)
        caller.call(callee.user)
        callee.wait(state='ringing')
        if state == 'in-call':
            callee.answer()
            for end in (ada, grace):
                end.wait_stats(lambda stats: stats['shown'] > 0 and stats['audio-decoded'] > 5)
        elif state == 'answered':
            callee.answer()
            grace.wait(state='in-call')
        scene.people.remove(ada)
        ada.kill()
        # Its owner signs in again at once or never; the other end must not depend on it.
        ended = grace.wait_event('ended', start, timeout=110)
        step(f'Grace after {state}: {ended["reason"]}')
        grace.wait(state='idle')
        stats = grace.stats()
        assert stats['sessions'] == 0, 'a media session is left over'
        rings = [event['ring'] for event in grace.events[start:] if event['event'] == 'ring']
        assert not rings or rings[-1] == 'none', f'it still rings: {rings}'

    def still_works():
        start = len(grace.events)
        ada = scene.headless_peer('ada')
        ada.call('grace')
        grace.wait(state='ringing')
        grace.answer()
        grace.wait_event('first-frame', start)
        ada.hang_up()
        grace.wait(state='idle')

    return [('the caller dies while it calls', lambda: killed('calling', True)),
            ('the callee dies while it rings', lambda: killed('calling', False)),
            ('the caller dies as it is answered', lambda: killed('answered', True)),
            ('the callee dies as it answers', lambda: killed('answered', False)),
            ('the caller dies in the call', lambda: killed('in-call', True)),
            ('the callee dies in the call', lambda: killed('in-call', False)),
            ('the one who is left can be called', still_works)]


main(cases)
