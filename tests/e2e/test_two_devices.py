#!/usr/bin/python3
"""Grace calls Ada, who has Visavis open on two computers: what she does at one ends the ringing at
the other, which has nothing to say about it."""

import re

from harness.process import Failure
from harness.report import step
from harness.stage import main

ANSWERED = re.compile(r'Video call, \d+:\d\d')
DECLINED = re.compile('Declined video call')
MISSED = re.compile('Missed video call')


def cases(stage):
    ada, grace = stage.people
    laptop = stage.another_device(ada, 'laptop')

    def ring():
        grace.call('Ada')
        ada.rings()
        laptop.rings()

    def is_silent(one):
        one.window.gone('Answer', timeout=60)
        said = one.back_from_call()
        if said:
            raise Failure(f'{one.name} is told {said}')
        step(f'It has stopped at {one.name}')

    def has_record(one, words):
        """What is written down in the chat of the last call: one that rang until it ended by itself
        would be a missed one, on either of them."""
        one.window.find(words, timeout=60)
        missed = one.window.look_for(MISSED)
        if missed is not None:
            raise Failure(f'{one.name} has {missed.name}')

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
        for one in (ada, laptop):
            has_record(one, ANSWERED)

    def declined_elsewhere():
        ring()
        ada.decline()
        is_silent(laptop)
        grace.back_from_call(re.compile('Declined'))
        for one in (ada, laptop):
            has_record(one, DECLINED)

    return [('open', open_all), ('answered at the other one', answered_elsewhere),
            ('declined at the other one', declined_elsewhere),
            ('close without a complaint', stage.close)]


main(cases)
