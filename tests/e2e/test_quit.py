#!/usr/bin/python3
"""The app is asked to quit in each of its states, and ends without a complaint every time."""

import time

from harness.process import Failure
from harness.report import step
from harness.stage import main


def cases(stage):
    ada, grace = stage.people

    def quit_now(person, when):
        step(f'{person.name} quits {when}')
        person.close()
        if person.complaints():
            raise Failure('\n'.join(person.complaints()))

    def open_both():
        for one in (ada, grace):
            if one.window is None or not one.window.process.alive:
                one.open(stage.server)
        for one, other in ((ada, 'Grace'), (grace, 'Ada')):
            one.sees_online(other)
            one.open_chat(other)

    def while_it_starts():
        # Delays from before there is a window until its content is built.
        for milliseconds in (0, 50, 100, 200, 300, 400, 600, 800, 1200):
            ada.open(stage.server)
            time.sleep(milliseconds / 1000)
            quit_now(ada, f'{milliseconds} ms after the start')

    def at_the_welcome():
        ada.open_for_the_first_time()
        ada.window.find('Sign in')
        quit_now(ada, 'at the welcome')

    def in_a_chat():
        open_both()
        quit_now(ada, 'in a chat')

    def while_calling():
        open_both()
        ada.call('Grace')
        grace.rings()
        quit_now(ada, 'while calling')
        grace.window.gone('Answer')
        grace.back_from_call()

    def while_it_rings():
        open_both()
        ada.call('Grace')
        grace.rings()
        quit_now(grace, 'while it rings')
        ada.back_from_call(timeout=90)

    def in_a_call():
        open_both()
        ada.call('Grace')
        grace.rings()
        grace.answer()
        ada.sees_moving_picture()
        grace.sees_moving_picture()
        quit_now(ada, 'in the call')
        grace.back_from_call(timeout=90)

    def while_connecting():
        open_both()
        ada.call('Grace')
        grace.rings()
        grace.answer()
        quit_now(grace, 'just after answering')
        ada.back_from_call(timeout=90)

    def at_the_end_of_a_call():
        open_both()
        ada.call('Grace')
        grace.rings()
        grace.decline()
        ada.sees('Declined')
        quit_now(ada, 'where the end of a call is shown')

    # The welcome page first: with a stored sign-in the app skips it.
    return [('at the welcome', at_the_welcome), ('while it starts', while_it_starts),
            ('in a chat', in_a_chat), ('while calling', while_calling),
            ('while it rings', while_it_rings), ('in a call', in_a_call),
            ('while a call connects', while_connecting),
            ('at the end of a call', at_the_end_of_a_call),
            ('close without a complaint', stage.close)]


main(cases)
