#!/usr/bin/python3
"""One side is killed in each state of a call; the other is as before within the protocol's times."""

import os

from harness.process import Failure, until
from harness.report import step
from harness.stage import main


def held(person):
    """The numbers of open descriptors and of threads of a process."""
    folder = f'/proc/{person.window.process.pid}'
    return len(os.listdir(folder + '/fd')), len(os.listdir(folder + '/task'))


def cases(stage):
    ada, grace = stage.people
    before = {}

    def open_both():
        for one in (ada, grace):
            one.open(stage.server)
        for one, other in ((ada, 'Grace'), (grace, 'Ada')):
            one.sees_online(other)
            one.open_chat(other)
        # One call first: plugins and caches are loaded once, and are no leak.
        ada.call('Grace')
        grace.rings()
        grace.answer()
        ada.sees_moving_picture()
        grace.sees_moving_picture()
        ada.hang_up()
        ada.back_from_call()
        grace.back_from_call()
        before['ada'] = held(ada)
        step(f'Ada holds {before["ada"][0]} files and {before["ada"][1]} threads')

    def kill(person):
        step(f'{person.name} is killed')
        person.window.kill()

    def open_again(person, other):
        person.open(stage.server)
        person.sees_online(other.name)
        other.sees_online(person.name)
        person.open_chat(other.name)

    def nothing_is_left():
        files, threads = before['ada']
        # Thread pools keep a few idle threads; a leaked pipeline or socket would be dozens.
        try:
            until(lambda: held(ada)[0] <= files + 4 and held(ada)[1] <= threads + 4,
                  'Ada holds no more than before', 30, 0.2)
        except Failure as failure:
            raise Failure(f'{failure}: {before["ada"]} → {held(ada)}') from failure
        step(f'Ada holds {held(ada)[0]} files and {held(ada)[1]} threads')

    def callee_while_ringing():
        ada.call('Grace')
        grace.rings()
        kill(grace)
        ada.back_from_call(timeout=60)
        nothing_is_left()
        open_again(grace, ada)

    def caller_while_calling():
        grace.call('Ada')
        ada.rings()
        kill(grace)
        ada.window.gone('Answer', timeout=30)
        ada.back_from_call()
        nothing_is_left()
        open_again(grace, ada)

    def in_a_call():
        ada.call('Grace')
        grace.rings()
        grace.answer()
        ada.sees_moving_picture()
        kill(grace)
        ada.sees('Reconnecting…')
        ada.back_from_call(timeout=90)
        nothing_is_left()
        open_again(grace, ada)

    def and_it_still_works():
        grace.call('Ada')
        ada.rings()
        ada.answer()
        ada.sees_moving_picture()
        grace.sees_moving_picture()
        grace.hang_up()
        ada.back_from_call()
        grace.back_from_call()

    return [('a call first', open_both), ('the callee is killed while it rings', callee_while_ringing),
            ('the caller is killed while calling', caller_while_calling),
            ('one is killed in the call', in_a_call), ('and it still works', and_it_still_works),
            ('close without a complaint', stage.close)]


main(cases)
