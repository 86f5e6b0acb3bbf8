#!/usr/bin/python3
"""A call outlives what happens to the network and to the server.

Each person has a computer of their own with a cable to the server's; one cable is pulled for eight
seconds, then the server is killed and started again. Nobody touches anything meanwhile.
"""

import time

from harness.person import RECONNECTING
from harness.report import step
from harness.stage import main

OUTAGE_S = 8


def cases(stage):
    ada, grace = stage.people

    def call():
        ada.open(stage.server)
        grace.open(stage.server)
        ada.sees_online('Grace')
        ada.open_chat('Grace')
        grace.open_chat('Ada')
        ada.call('Grace')
        grace.rings()
        grace.answer()
        ada.sees_moving_picture()
        grace.sees_moving_picture()

    def cut():
        step(f"Ada's cable is pulled for {OUTAGE_S} s")
        pulled = time.monotonic()
        ada.network.pull_cable()
        try:
            ada.sees(RECONNECTING, timeout=OUTAGE_S)
            grace.sees(RECONNECTING, timeout=OUTAGE_S)
            time.sleep(max(0, pulled + OUTAGE_S - time.monotonic()))  # the length of the outage itself
        finally:
            ada.network.plug_cable()
        plugged = time.monotonic()
        step('The cable is back')
        for one in (ada, grace):
            one.window.gone(RECONNECTING, timeout=45)
            one.sees_moving_picture()
            step(f'{one.name} sees pictures {time.monotonic() - plugged:.1f} s after the cable')
            one.in_call()

    def restart_server():
        port = stage.server.port
        step('The server is killed')
        stage.server.crash()
        for one in (ada, grace):
            one.sees_moving_picture()
        stage.server.start(port)
        step('The server is back')
        for one in (ada, grace):
            one.sees_moving_picture()
            one.in_call()

    def catch_up():
        ada.hang_up()
        ada.back_from_call()
        grace.back_from_call()
        ada.say('Still there?')
        grace.reads('Still there?', timeout=60)
        grace.say('As if nothing had happened')
        ada.reads('As if nothing had happened')

    return [('call', call), ('a cable is pulled and put back', cut),
            ('the server is killed and started again', restart_server),
            ('chat catches up', catch_up), ('close without a complaint', stage.close)]


main(cases, hosts=True)
