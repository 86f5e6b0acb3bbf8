#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls between the app's stack and a browser whose SDP is rewritten into that of other
implementations (peers/dialects.js). Video and audio flow both ways."""

from chromium import Chromium, find
from harness.report import skip_all, step
from scene import main

DIALECTS = ('rejected section as by pion', 'rejected section as by Firefox', 'session-level setup',
            'reversed BUNDLE group', 'no BUNDLE group')


def cases(scene):
    if not find():
        skip_all('there is no Chromium')
    scene.serve()
    browser = Chromium(scene.where)
    scene.closing.append(browser)
    ada = scene.headless_peer('ada')
    grace = browser.start(scene.server.url, 'grace', scene.token('grace'))

    def both_see_and_hear():
        mine = ada.wait_stats(lambda stats: stats['frames-decoded'] > 10 and stats['audio-decoded'] > 10)
        theirs = grace.wait(lambda stats: stats['framesDecoded'] > 10 and stats['audioPackets'] > 10
                            and stats['pings'] > 0 and stats['pongs'] > 0, state='in_call')
        ada.wait(state='in-call', media='connected')
        step(f"decoded: {mine['frames-decoded']:.0f} pictures here, {theirs['framesDecoded']} there")

    def hang_up(one):
        one.hang_up()
        ada.wait(state='idle')
        grace.wait(state='idle')

    def offers(dialect):
        grace.speak(dialect)
        assert grace.call('ada') == 1
        ada.wait(state='ringing', peer='grace')
        ada.answer()
        both_see_and_hear()
        hang_up(grace)

    def answers(dialect):
        grace.speak(dialect)
        ada.call('grace')
        grace.wait(state='ringing')
        grace.answer()
        both_see_and_hear()
        hang_up(ada)

    return [case for dialect in DIALECTS
            for case in ((f'offer: {dialect}', lambda dialect=dialect: offers(dialect)),
                         (f'answer: {dialect}', lambda dialect=dialect: answers(dialect)))]


main(cases)
