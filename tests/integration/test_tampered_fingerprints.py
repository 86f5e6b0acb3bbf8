#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine in the middle of the signaling replaces the fingerprints: the call is refused."""

from harness.report import step
from relay import Relay, tamper, untouched
from scene import main


def cases(scene):
    scene.serve()
    grace = scene.headless_peer('grace')

    def call(up, down, ada_calls, who_notices):
        """Ada's connection goes through the relay."""
        relay = Relay(scene.server.port, up, down)
        scene.closing.append(relay)
        ada = scene.headless_peer('ada', f'ws://127.0.0.1:{relay.port}/v1/socket')
        ends = {'ada': ada, 'grace': grace}
        start = {name: len(end.events) for name, end in ends.items()}
        caller, callee = (ada, grace) if ada_calls else (grace, ada)
        caller.call(callee.user)
        callee.wait(state='ringing')
        callee.answer()
        if who_notices is None:
            for end in ends.values():
                end.wait_stats(lambda stats: stats['frames-decoded'] > 5 and stats['shown'] > 0)
            ada.hang_up()
        for name, end in ends.items():
            ended = end.wait_event('ended', start[name])
            step(f'{name} ended: {ended["reason"]}, {ended["shown"]:.0f} pictures shown, '
                 f'{ended["packets-sent"]:.0f} packets sent')
            if who_notices is not None:
                assert ended['reason'] == 'insecure', f'{name} says {ended["reason"]}'
                assert name != who_notices or ended['shown'] == 0, 'a picture of a stranger was shown'
                assert name != who_notices or ended['packets-sent'] == 0, 'it sent to a stranger'
            else:
                assert ended['packets-sent'] > 0, 'what was sent is not counted'
            end.wait(state='idle')
            assert end.stats()['sessions'] == 0
        for event in ends[who_notices].events[start[who_notices]:] if who_notices else ():
            assert event['event'] != 'first-frame'
            assert event.get('media') != 'connected', 'it said connected before it knew'
        assert relay.changed > 0 or who_notices is None, 'the relay changed nothing'
        scene.stop(ada)
        relay.close()

    return [
        ('nothing changed', lambda: call(untouched, untouched, True, None)),
        ('changed on the way to the caller', lambda: call(untouched, tamper, True, 'ada')),
        ('changed on the way to the callee', lambda: call(untouched, tamper, False, 'ada')),
        ('changed on the way from the caller', lambda: call(tamper, untouched, True, 'grace')),
        ('changed on the way from the callee', lambda: call(tamper, untouched, False, 'grace')),
        ('changed both ways', lambda: call(tamper, tamper, True, 'ada')),
    ]


main(cases)
