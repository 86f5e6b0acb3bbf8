#!/usr/bin/python3
"""One sign-in on two computers: the later one is connected, the earlier one may have it back, and
both end when it does."""

import os
import re
import shutil

from harness.process import until
from harness.report import step
from harness.server import PASSWORD
from harness.stage import main

QUESTION = 'You are connected on another computer. Connect here instead?'


def cases(stage):
    ada, elsewhere = stage.people

    def sign_in():
        ada.open_for_the_first_time()
        ada.sign_in(stage.server)
        ada.row('Grace')

    def replaced():
        step('Ada continues on a computer with a copy of her files')
        here, there = (os.path.join(stage.desktop.home(one.user)['XDG_DATA_HOME'], 'visavis', one.user)
                       for one in (ada, elsewhere))
        shutil.copytree(here, there)
        elsewhere.open_for_the_first_time()
        elsewhere.row('Grace')
        ada.sees(QUESTION)

    def back():
        step('Ada connects at the first one again')
        ada.window.press('Connect here')
        ada.window.gone(QUESTION)
        elsewhere.sees(QUESTION)
        ada.row('Grace')

    def ask_to_sign_out(answer):
        ada.window.press('Main menu', 'push button')
        ada.window.press('Sign out…')
        ada.sees('Sign out?')
        ada.window.press(re.compile(f'^{answer}'), 'push button')
        ada.window.gone('Sign out?')

    def keeps_what_was_written():
        for name, text in (('Server', stage.server.url), ('User name', 'ada'), ('Password', '')):
            until(lambda: ada.written(name) == text, f'{name} is {text!r}', 20, 0.1)

    def sign_out():
        step('Ada wants to sign out, and thinks better of it')
        ask_to_sign_out('Cancel')
        ada.row('Grace')
        step('Ada signs out')
        ask_to_sign_out('Sign out')
        ada.window.find('Sign in', 'push button')
        keeps_what_was_written()
        step('The other computer tries again')
        elsewhere.window.press('Connect here')
        elsewhere.sees('You were signed out by the server. Please sign in again.')

    def come_back():
        step('Ada starts again, with no more to type than her password')
        ada.close()
        ada.open_for_the_first_time()
        ada.window.find('Sign in', 'push button')
        keeps_what_was_written()
        ada.window.write('Password', PASSWORD)
        ada.window.press('Sign in')
        ada.row('Grace')

    return [('sign in', sign_in), ('connected somewhere else', replaced), ('connected here again', back),
            ('sign out', sign_out), ('come back', come_back),
            ('close without a complaint', stage.close)]


main(cases)
