#!/usr/bin/python3
"""Ada calls and nobody answers: after 45 seconds both windows are as before, and both know."""

from harness.stage import main


def cases(stage):
    ada, grace = stage.people

    def ring():
        ada.open(stage.server)
        grace.open(stage.server)
        ada.sees_online('Grace')
        ada.open_chat('Grace')
        ada.call('Grace')
        grace.rings()

    def give_up():
        grace.window.gone('Answer', timeout=60)
        ada.back_from_call(timeout=20)
        grace.open_chat('Ada')
        grace.reads('Missed')

    return [('it rings', ring), ('it stops by itself', give_up),
            ('close without a complaint', stage.close)]


main(cases)
