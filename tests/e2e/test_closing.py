#!/usr/bin/python3
"""The window is closed in a call, the app started while it still ends, and what is kept deleted."""

import os
import re
import shutil

from harness.process import Failure, until
from harness.report import step
from harness.stage import main


def cases(stage):
    ada, grace = stage.people

    def in_a_call():
        for one in (ada, grace):
            one.open(stage.server)
        ada.sees_online('Grace')
        ada.open_chat('Grace')
        ada.call('Grace')
        grace.rings()
        grace.answer()
        ada.in_call()

    def toggles():
        step('Ada mutes')
        mute = ada.window.find('Mute microphone')
        if mute.pressed:
            raise Failure('the microphone is muted before anybody did so')
        mute.press()
        until(lambda: ada.window.find('Mute microphone').pressed,
              'the button tells that it is pressed', 20, 0.1)

    def asked():
        step('Ada presses Ctrl+Q in the call')
        ada.window.key('ctrl+q')
        ada.sees('End the call?')
        ada.window.press(re.compile('^Cancel'), 'push button')
        ada.window.gone('End the call?')
        ada.in_call()
        step('Ada means it')
        ada.window.key('ctrl+q')
        ada.sees('End the call?')
        ada.window.press(re.compile('^End and close'), 'push button')
        grace.back_from_call(timeout=90)
        until(lambda: not ada.window.process.alive, 'the app ends', 60, 0.1)

    def start_at_once():
        for _ in range(3):
            ada.open_for_the_first_time()
            ada.row('Grace')
            step('Ada quits and starts at once')
            old = ada.window
            ada.window.key('ctrl+q')
            ada.open_for_the_first_time()
            # Either the new program has the window, or the old one has opened it once more.
            until(lambda: ada.window.process.alive or old.process.alive, 'one of them runs', 5, 0.1)
            if not ada.window.process.alive:
                ada.window = old
            ada.row('Grace')
            ada.close()

    def account_folder():
        home = os.path.join(stage.desktop.home('ada')['XDG_DATA_HOME'], 'visavis', 'ada')
        kept = [os.path.join(home, name) for name in os.listdir(home) if name.startswith('ada@')]
        if not kept or not os.path.exists(os.path.join(kept[0], 'chat.db')):
            raise Failure(f'nothing of the account is in {home}')
        return kept[0]

    def sign_out_and_delete():
        ada.window.press('Main menu', 'push button')
        ada.window.press('Sign out…')
        ada.sees('Sign out?')
        ada.window.press('Delete my messages from this computer')
        ada.window.press(re.compile('^Sign out'), 'push button')
        ada.window.find('Sign in', 'push button')

    def not_erased():
        ada.open_for_the_first_time()
        ada.row('Grace')
        folder = account_folder()
        os.makedirs(os.path.join(folder, 'copy', 'of'))
        step('Ada signs out, and something can not be deleted')
        sign_out_and_delete()
        ada.sees(re.compile('^Not all of your messages could be deleted.*' + re.escape(folder)))
        if os.listdir(folder) != ['copy']:
            raise Failure(f'it has spared the others: {os.listdir(folder)}')
        shutil.rmtree(folder)

    def erased():
        ada.sign_in(stage.server)
        ada.row('Grace')
        folder = account_folder()
        step('Ada signs out and leaves nothing behind')
        sign_out_and_delete()
        until(lambda: not os.path.exists(folder), 'the folder of the account goes', 20, 0.1)

    return [('a call', in_a_call), ('the microphone', toggles), ('closing in a call', asked),
            ('start at once', start_at_once), ('a deletion that fails', not_erased),
            ('delete what is here', erased),
            ('close without a complaint', stage.close)]


main(cases)
