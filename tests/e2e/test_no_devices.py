#!/usr/bin/python3
"""Ada has neither a camera nor a microphone: she is told, her buttons say so, and Grace sees that she
is muted instead of waiting for her to speak."""

import re

from harness import a11y
from harness.process import Failure, until
from harness.report import step
from harness.stage import main

MISSING = re.compile('^No microphone and no camera found. .*Grace.* can hear and see you')
MUTED = re.compile('Ada.* is muted$')


def cases(stage):
    ada, grace = stage.people

    def open_both():
        ada.open(stage.server, ['--camera=none', '--microphone=none'])
        grace.open(stage.server)
        ada.sees_online('Grace')
        ada.open_chat('Grace')
        grace.sees_online('Ada')
        grace.open_chat('Ada')

    def says(button, words):
        node = ada.window.find(button)
        if node.accessible.has_state(a11y.SENSITIVE):
            raise Failure(f'"{button}" can be pressed')
        if node.description != words:
            raise Failure(f'"{button}" says {node.description!r}, not {words!r}')
        step(f'"{button}": {words}')

    def told_while_calling():
        ada.call('Grace')
        ada.sees(MISSING)
        says('Mute microphone', 'No microphone found')
        says('Turn camera off', 'No camera found')

    def muted_at_the_other():
        grace.rings()
        grace.answer()
        ada.in_call()
        grace.sees(MUTED)
        ada.sees(MISSING)
        ada.hang_up()
        grace.back_from_call()

    def called():
        grace.call('Ada')
        ada.rings()
        ada.answer()
        ada.sees(MISSING)
        grace.in_call()
        grace.sees(MUTED)
        ada.sees_moving_picture()
        grace.hang_up()
        ada.back_from_call()

    return [('open', open_both), ('told while it rings', told_while_calling),
            ('muted at the other one', muted_at_the_other), ('called', called),
            ('close without a complaint', stage.close)]


main(cases)
