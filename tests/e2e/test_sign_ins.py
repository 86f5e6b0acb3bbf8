#!/usr/bin/python3
"""One sign-in on two computers: the later one is connected, and the earlier one may have it back."""

import os
import shutil

from harness.report import step
from harness.stage import main

QUESTION = 'You are connected somewhere else with this sign-in. Connect here instead?'


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

    return [('sign in', sign_in), ('connected somewhere else', replaced), ('connected here again', back),
            ('close without a complaint', stage.close)]


main(cases)
