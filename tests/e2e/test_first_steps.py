#!/usr/bin/python3
"""What the README says under "Using it", to the letter, by two strangers on two computers: they type
what the server has printed."""

import re

from harness.report import step
from harness.stage import main


def cases(stage):
    ada, grace = stage.people
    server = stage.server

    def serve():
        step('An administrator starts a server for everybody')
        server.stop()
        server.host = '*'
        server.start()
        server.url = server.process.wait_for_line(
            r'^Enter one of these addresses in the app:\n(?:  ws://\[.*\n)*  (ws://[0-9.]+:\d+)$').group(1)

    def register():
        for one in (ada, grace):
            one.open_for_the_first_time()
            one.register(server)
            one.sees('Connect without encryption?')
            one.window.press(re.compile('^Connect anyway'), 'push button')
            one.window.find('No chats yet')

    def ask_and_accept():
        ada.asks_for('Grace')
        grace.accepts('Ada')
        ada.sees_online('Grace')

    def write():
        ada.open_chat('Grace')
        grace.open_chat('Ada')
        ada.say('Here we are')
        grace.reads('Here we are')

    def call():
        ada.call('Grace')
        grace.rings()
        grace.answer()
        ada.in_call()
        grace.in_call()
        ada.hang_up()
        grace.back_from_call()

    return [('a server', serve), ('an account', register), ('people', ask_and_accept),
            ('write', write), ('call', call), ('close without a complaint', stage.close)]


main(cases, hosts=True, contacts=False)
