#!/usr/bin/python3
"""A call between two computers that can reach nothing but the server and its relay."""

import shutil

from harness import network, report
from harness.process import Failure
from harness.report import step
from harness.stage import Relay, main

if not shutil.which('turnserver'):
    report.skip_all('coturn is not here')


def cases(stage):
    ada, grace = stage.people
    relay = Relay(stage.desktop.folder)
    stage.desktop.closing.append(relay.close)
    for one in stage.people:
        one.network.see_only_the_hub()

    def serve_with(transport):
        server = stage.server
        port = server.port
        server.stop()
        server.options = ['--turn', f'turn:{network.HUB}:3478?transport={transport}',
                          '--turn-secret-file', relay.secret_file]
        server.start(port)
        step(f'The server hands out a relay over {transport}')

    def open_both():
        serve_with('udp')
        for one in (ada, grace):
            one.open(stage.server)
        for one, other in ((ada, 'Grace'), (grace, 'Ada')):
            one.sees_online(other)
            one.open_chat(other)

    def call():
        before = {one: relay.allocations(one.user) for one in stage.people}
        ada.call('Grace')
        grace.rings()
        grace.answer()
        ada.sees_moving_picture()
        grace.sees_moving_picture()
        for one in stage.people:
            if relay.allocations(one.user) <= before[one]:
                raise Failure(f'the relay gave {one.name} no address:\n{relay.process.out()[-3000:]}')
        ada.hang_up()
        ada.back_from_call()
        grace.back_from_call()

    def call_over_tcp():
        serve_with('tcp')
        # Nobody presses anything: each client reconnects and asks for the ICE servers again.
        ada.say('Can you hear me over TCP?')
        grace.reads('Can you hear me over TCP?', timeout=60)
        ada.sees_online('Grace', timeout=60)
        call()

    return [('open', open_both), ('call over UDP', call), ('call over TCP', call_over_tcp),
            ('close without a complaint', stage.close)]


main(cases, hosts=True)
