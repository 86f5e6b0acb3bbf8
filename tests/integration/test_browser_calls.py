#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls between the app's stack and a browser; both count decoded frames and audio."""

from chromium import Chromium, find
from harness.report import skip_all, step
from scene import main


def cases(scene):
    if not find():
        skip_all('there is no Chromium')
    scene.serve()
    browser = Chromium(scene.where)
    scene.closing.append(browser)
    ada = scene.headless_peer('ada')
    grace = browser.start(scene.server.url, 'grace', scene.token('grace'))

    def both_see_and_hear():
        mine = ada.wait_stats(lambda stats: stats['frames-decoded'] > 60 and stats['shown'] > 0
                              and stats['audio-decoded'] > 50 and stats['audio-level'] > 0.001)
        step(f"Visavis decoded {mine['frames-decoded']:.0f} pictures of {mine['width']:.0f} px and "
             f"{mine['audio-decoded']:.0f} pieces of sound, round trip {mine['rtt-ms']:.1f} ms")
        theirs = grace.wait(lambda stats: stats['framesDecoded'] > 60 and stats['audioPackets'] > 50
                            and stats['audioEnergy'] > 0 and stats['pings'] > 0 and stats['pongs'] > 0,
                            state='in_call')
        step(f"Chromium decoded {theirs['framesDecoded']} pictures of {theirs['frameWidth']} px and "
             f"{theirs['audioPackets']} packets of sound")
        ada.wait(state='in-call', media='connected')

    def both_idle():
        ada.wait(state='idle')
        grace.wait(state='idle')
        assert ada.stats()['sessions'] == 0, 'a media session is left over'

    def app_calls_browser():
        ada.call('grace')
        grace.wait(state='ringing', remoteMedia={'audio': True, 'video': True})
        ada.wait(**{'state': 'calling', 'remote-ringing': True})
        grace.answer()
        both_see_and_hear()

    def browser_reports_what_arrives():
        stats = ada.wait_stats(lambda stats: stats['packets-reported'] > 0 and stats['rtcp-rtt-ms'] > 0
                               and stats['jitter-out-ms'] > 0)
        step(f"Chromium reported {stats['packets-reported']:.0f} packets, {stats['packets-lost']:.0f} lost, "
             f"{stats['loss-out']:.2f} of a source, round trip {stats['rtcp-rtt-ms']:.1f} ms, "
             f"jitter {stats['jitter-out-ms']:.1f} ms")

    def app_hangs_up():
        ada.hang_up()
        both_idle()

    def browser_calls_app():
        assert grace.call('ada') == 1
        ada.wait(state='ringing', peer='grace')
        grace.wait(remoteRinging=True)
        ada.answer()
        both_see_and_hear()

    def camera_off_and_on():
        ada.tell('camera', on=False)
        grace.wait(lambda stats: (stats['remoteMedia'] or {}).get('video') is False)
        grace.set_video(False)
        ada.wait(**{'remote-video': False})
        ada.tell('camera', on=True)
        before = grace.wait(lambda stats: stats['remoteMedia']['video'])['framesDecoded']
        grace.wait(lambda stats: stats['framesDecoded'] > before + 15)
        grace.set_video(True)
        ada.wait(**{'remote-video': True})

    def browser_hangs_up():
        grace.hang_up()
        both_idle()

    def voice_only():
        ada.call('grace', video=False)
        grace.wait(state='ringing')
        grace.answer()
        grace.wait(lambda stats: stats['audioPackets'] > 50, state='in_call')
        ada.wait_stats(lambda stats: stats['audio-decoded'] > 50)
        ada.hang_up()
        both_idle()

    def declined():
        ada.call('grace')
        grace.wait(state='ringing')
        grace.decline()
        ada.wait_event('ended', reason='declined')
        both_idle()

    def many_in_a_row():
        for number in range(6):
            start = len(ada.events)
            if number % 2:
                ada.call('grace')
                grace.wait(state='ringing')
                grace.answer()
            else:
                grace.call('ada')
                ada.wait(state='ringing')
                ada.answer()
            ada.wait_event('first-frame', start)
            grace.wait(lambda stats: stats['framesDecoded'] > 0)
            (ada if number % 3 else grace).hang_up()
            both_idle()

    return [('the app calls the browser', app_calls_browser),
            ('the browser reports what arrives', browser_reports_what_arrives),
            ('the app hangs up', app_hangs_up),
            ('the browser calls the app', browser_calls_app),
            ('cameras go off and on', camera_off_and_on), ('the browser hangs up', browser_hangs_up),
            ('an audio call', voice_only), ('the browser declines', declined),
            ('many calls in a row, both ways', many_in_a_row)]


main(cases)
