#!/usr/bin/python3
"""Who does not wait for a slow keyring signs in by hand, and stays so when it answers."""

import os
import signal
import sys

from harness.process import Process
from harness.report import step
from harness.stage import main

KEYRING = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../support/slow-keyring.py')


def cases(stage):
    ada = stage.people[0]
    keyring = Process('keyring', [sys.executable, KEYRING, f'http://127.0.0.1:{stage.server.port}', 'grace'],
                      stage.desktop.folder)
    keyring.wait_for_line('^ready')

    def by_hand():
        ada.open_for_the_first_time()
        keyring.wait_for_line('^asked')
        ada.sign_in(stage.server)
        ada.row('Grace')

    def late():
        step('The keyring knows another sign-in, and says so')
        keyring.signal(signal.SIGUSR1)
        keyring.wait_for_line('^answered')
        ada.open_chat('Grace')
        ada.say('Still me')

    def close():
        stage.close()
        keyring.kill()

    return [('sign in by hand', by_hand), ('a late answer', late), ('close without a complaint', close)]


main(cases)
