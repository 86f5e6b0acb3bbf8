#!/usr/bin/python3
"""Grace calls Ada, who has Visavis open on two computers: what she does at one ends the ringing at
the other, which has nothing to say about it."""

import re

from harness.process import Failure
from harness.report import step
from harness.stage import main


def cases(stage):
    ada, grace = stage.people
    laptop = stage.another_device(ada, 'laptop')

    def ring():
        grace.call('Ada')
        ada.rings()
        laptop.rings()

    def is_silent(one):
        # Long before 45 s are over, after which it would end by itself.
        one.window.gone('Answer', timeout=20)
        said = one.back_from_call()
        if said:
            raise Failure(f'{one.name} is told {said}')
        step(f'It has stopped at {one.name}')

    def open_all():
        ada.open(stage.server)
        laptop.open(stage.server)
        grace.open(stage.server)
        for one in (ada, laptop):
            one.sees_online('Grace')
            one.open_chat('Grace')
        grace.sees_online('Ada')
        grace.open_chat('Ada')

    def answered_elsewhere():
        ring()
        laptop.answer()
        is_silent(ada)
        laptop.in_call()
        grace.in_call()
        laptop.hang_up()
        for one in (laptop, grace):
            one.back_from_call()

    def declined_elsewhere():
        ring()
        ada.decline()
        is_silent(laptop)
        grace.back_from_call(re.compile('Declined'))

    return [('open', open_all), ('answered at the other one', answered_elsewhere),
            ('declined at the other one', declined_elsewhere),
            ('close without a complaint', stage.close)]


main(cases)
