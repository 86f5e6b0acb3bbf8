#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the time from Answer to the first decoded frame.

    call_setup.py BUILD_ROOT [RUNS]

Two peers in headless Chromium call each other over a real visavisd; then, in the same run and over
the same server, two peers of the app's own stack do (the link, the call controller and the media
engine, without windows). Prints each run, the medians and their ratio. Cameras and microphones are
test patterns, open before the call in the browser, and opened by the call in the app.

The time starts when the callee gets the command to answer. It ends when the first frame is decoded:
in the browser as early as a page can know of it, before it is on the screen; in the app when it is
ready to be drawn, a little after it was decoded.
"""

import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', '..', 'support'), os.path.join(HERE, '..', '..', 'peers')]

import parties  # noqa: E402
from chromium import Chromium, find  # noqa: E402


class Measured:
    """The calls of one pair of peers."""

    def __init__(self, name, once):
        self.name = name
        self.once = once
        self.times = []

    def run(self, number):
        times = self.once()
        if number == 0:
            return  # the first one starts encoders and threads, in both pairs
        self.times.append(times)
        print(f'{self.name:9} {number:3}: who answers has a picture after {times[0]:6.1f} ms, '
              f'the caller after {times[1]:6.1f} ms' + self.on_screen(times), flush=True)

    def medians(self):
        medians = [statistics.median(column) for column in zip(*self.times)]
        print(f'{self.name:9} median of {len(self.times)}: {medians[0]:.1f} ms and {medians[1]:.1f} ms'
              + self.on_screen(medians), flush=True)
        return medians

    @staticmethod
    def on_screen(times):
        """Times on the screen, which are not compared: the app has no window here."""
        return f' (on the screen {times[2]:.1f} and {times[3]:.1f} ms)' if len(times) > 2 else ''


def chromium_call(ada, grace):
    ada.call(grace.user)
    grace.wait(state='ringing')
    grace.answer()
    seen = [peer.wait(lambda stats: stats['firstFrame'] and stats['firstDecoded'] and stats['pongs'] > 0)
            for peer in (grace, ada)]
    answered = seen[0]['marks']['answer']
    ada.hang_up()
    for peer in (ada, grace):
        peer.wait(state='idle')
    return [stats['firstDecoded'] - answered for stats in seen] + \
        [stats['firstFrame'] - answered for stats in seen]


def app_call(ada, grace):
    marks = [len(ada.events), len(grace.events)]
    ada.call(grace.user)
    grace.wait(state='ringing')
    grace.answer()
    answered = grace.wait_event('answering', marks[1])['time']
    frames = [grace.wait_event('first-frame', marks[1]), ada.wait_event('first-frame', marks[0])]
    ada.hang_up()
    for peer in (ada, grace):
        peer.wait(state='idle')
    return [frame['time'] - answered for frame in frames]


def main():
    build = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    ours = os.path.join(build, 'tests', 'support', 'headless', 'headless-peer')
    with parties.folder() as where:
        server = parties.serve(os.path.join(build, 'src', 'server', 'visavisd'), where)
        measured, to_close = [], []
        if find():
            browser = Chromium(where)
            to_close.append(browser.close)
            peers = [browser.start(server.url, user, parties.sign_in(server, user), measured=True)
                     for user in ('ada', 'grace')]
            measured.append(Measured('Chromium', lambda: chromium_call(*peers)))
        else:
            print('Chromium is not here, so there is nothing to compare with')
        if os.path.exists(ours):
            ends = [parties.Headless(ours, where, server.url, user, parties.sign_in(server, user))
                    for user in ('hedy', 'joan')]
            to_close += [end.stop for end in ends]
            for end in ends:
                end.wait_event('wire', state='online')
            measured.append(Measured('Visavis', lambda: app_call(*ends)))
        # Alternately, so that other load of this computer is shared fairly.
        for number in range(runs + 1):
            for one in measured:
                one.run(number)
        medians = [one.medians() for one in measured]
        if len(medians) == 2:
            print('From Answer to the first decoded picture, Visavis to Chromium: '
                  f'{medians[1][0] / medians[0][0]:.2f} for who answers, '
                  f'{medians[1][1] / medians[0][1]:.2f} for the caller')
        for close in to_close:
            close()
        server.stop()


main()
