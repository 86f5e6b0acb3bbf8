#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One side is killed in each state of a call: the other one becomes idle, and leaks nothing."""

from harness.report import step
from scene import main


# The state of each pair's call when one side is killed, and whether that side is the caller.
STATES = [('calling', True), ('calling', False), ('answered', True), ('answered', False),
          ('in-call', True), ('in-call', False)]


class Pair:
    def __init__(self, scene, number, state, victim_calls):
        self.victim = scene.headless_peer(f'victim{number}')
        self.survivor = scene.headless_peer(f'survivor{number}')
        self.state = state
        self.story = f'{"the caller" if victim_calls else "the callee"} died, {state}'
        self.ends = (self.victim, self.survivor) if victim_calls else (self.survivor, self.victim)

    def call_and_kill(self, scene):
        caller, callee = self.ends
        caller.call(callee.user)
        callee.wait(state='ringing')
        if self.state == 'in-call':
            callee.answer()
            for end in self.ends:
                end.wait_stats(lambda stats: stats['shown'] > 0 and stats['audio-decoded'] > 5)
        elif self.state == 'answered':
            callee.answer()
            self.survivor.wait(state='in-call')
        scene.people.remove(self.victim)
        self.victim.kill()

    def is_over(self):
        # In a call: 3 s until it is detected, 45 s to reconnect. Ringing: 50 s at the latest.
        ended = self.survivor.wait_event('ended', timeout=100)
        step(f'{self.story}: the other end says {ended["reason"]}')
        self.survivor.wait(state='idle')
        self.survivor.wait_stats(lambda stats: stats['sessions'] == 0)
        rings = [event['ring'] for event in self.survivor.events if event['event'] == 'ring']
        assert not rings or rings[-1] == 'none', f'it still rings: {rings}'


def cases(scene):
    scene.serve('--rate-limits', 'off')
    pairs = [Pair(scene, number, *state) for number, state in enumerate(STATES)]

    def kill():
        for pair in pairs:
            pair.call_and_kill(scene)

    def idle():
        for pair in pairs:
            pair.is_over()

    def still_work():
        """The survivors call each other."""
        left = [pair.survivor for pair in pairs]
        for caller, callee in zip(left[::2], left[1::2]):
            start = len(callee.events)
            caller.call(callee.user)
            callee.wait(state='ringing')
            callee.answer()
            callee.wait_event('first-frame', start)
            caller.hang_up()
            callee.wait(state='idle')

    return [('one side of each pair is killed', kill), ('the survivors become idle', idle),
            ('the survivors can call each other', still_work)]


main(cases)
