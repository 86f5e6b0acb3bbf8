#!/usr/bin/python3
"""Grace's client describes calls of which nothing can come: at Ada's they do not ring, or end at
once, with a sentence, and Grace's client is told."""

import re
import time
import uuid

from harness.process import Failure
from harness.report import step
from harness.scripted import Scripted
from harness.stage import main

PRINT = ':'.join(f'{byte:02X}' for byte in range(1, 33))
INCOMPATIBLE = re.compile('Your app and that of .*Grace.* can’t make a call with each other')

# A call that waits for a path or an answer ends 45 s later, with another sentence.
WAIT_S = 60


def describe(*sections, fingerprint=True, setup='actpass'):
    lines = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0',
             'a=group:BUNDLE ' + ' '.join(str(mid) for mid in range(len(sections)))]
    for mid, (kind, codec) in enumerate(sections):
        lines += [f'm={kind} 9 UDP/TLS/RTP/SAVPF 100', 'c=IN IP4 0.0.0.0', f'a=rtpmap:100 {codec}',
                  f'a=mid:{mid}', 'a=rtcp-mux', f'a=setup:{setup}', 'a=ice-ufrag:frag',
                  'a=ice-pwd:passwordpasswordpassword', 'a=sendrecv']
        if fingerprint:
            lines.append(f'a=fingerprint:sha-256 {PRINT}')
    return ''.join(f'{line}\r\n' for line in lines)


NO_CODEC = describe(('audio', 'G722/8000'), ('video', 'AV1/90000'))
NO_FINGERPRINT = describe(('audio', 'opus/48000/2'), fingerprint=False)
NO_SECTION = describe()


def cases(stage):
    ada, grace_without_window = stage.people
    stage.people.remove(grace_without_window)
    scripted = []

    def open_all():
        ada.open(stage.server)
        scripted.append(Scripted(stage.server, 'grace'))
        ada.sees_online('Grace')
        ada.open_chat('Grace')

    def does_not_ring(sdp):
        grace = scripted[0]
        call = str(uuid.uuid4())
        start = time.monotonic()
        grace.say('call:offer', call=call, gen=0, to='ada', media={'audio': True, 'video': True}, sdp=sdp)
        end = grace.hear_kind('call:end', call, WAIT_S)
        step(f'Grace is told {end["reason"]} after {time.monotonic() - start:.2f} s')
        if end['reason'] != 'failed':
            raise Failure(f'Grace is told {end}')
        # The chat message comes after the end of the call, so by then its notice is shown.
        ada.say(f'After {call}')
        if ada.window.look_for('Answer') is not None:
            raise Failure('it rings at Ada')

    def offers():
        for sdp in (NO_CODEC, NO_FINGERPRINT, NO_SECTION):
            does_not_ring(sdp)

    def rings():
        """The same client, with a valid offer."""
        grace = scripted[0]
        call = str(uuid.uuid4())
        grace.say('call:offer', call=call, gen=0, to='ada', media={'audio': True, 'video': True},
                  sdp=describe(('audio', 'opus/48000/2'), ('video', 'VP8/90000')))
        ada.rings()
        grace.ask('call:end', call=call, reason='hangup')
        ada.window.gone('Answer')

    def ends_at_once(sdp):
        grace = scripted[0]
        ada.call('Grace')
        call = grace.hear_kind('call:offer')['call']
        grace.ask('call:ringing', call=call)
        start = time.monotonic()
        grace.ask('call:answer', call=call, gen=0, media={'audio': True, 'video': True}, sdp=sdp)
        end = grace.hear_kind('call:end', call, WAIT_S)
        step(f'Grace is told {end["reason"]} after {time.monotonic() - start:.2f} s')
        if end['reason'] != 'failed':
            raise Failure(f'Grace is told {end}')
        ada.back_from_call(INCOMPATIBLE)

    def answers():
        ends_at_once(NO_FINGERPRINT)
        ends_at_once(describe(('text', 't140/1000'), setup='active'))

    def offer_refused():
        grace = scripted[0]
        ada.call('Grace')
        call = grace.hear_kind('call:offer')['call']
        grace.ask('call:end', call=call, reason='failed')
        ada.back_from_call(INCOMPATIBLE)

    return [('open', open_all), ('offers of which nothing can come', offers),
            ('an offer of which something can', rings),
            ('answers of which nothing can come', answers),
            ('an offer that the other side can’t use', offer_refused),
            ('leave', lambda: scripted[0].close()),
            ('close without a complaint', stage.close)]


main(cases)
