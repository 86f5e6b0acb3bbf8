#!/usr/bin/python3
"""Two strangers make accounts, find each other by user name, and take things back."""

import re

from harness.report import step
from harness.stage import main


def cases(stage):
    ada, grace = stage.people

    def register():
        for one in (ada, grace):
            one.open_for_the_first_time()
            one.register(stage.server)
            one.window.find('No chats yet')

    def ask_and_accept():
        ada.asks_for('Grace')
        grace.accepts('Ada')
        ada.sees_online('Grace')
        grace.sees_online('Ada')

    def write():
        ada.open_chat('Grace')
        grace.open_chat('Ada')
        ada.say('Nice to meet you')
        grace.reads('Nice to meet you')
        ada.say('This I should not have said')
        grace.reads('This I should not have said')

    def clear():
        step('Grace clears the history')
        grace.window.press('Chat menu')
        grace.window.press(re.compile('^Clear'))
        grace.window.press(re.compile('^Clear'), 'push button')
        grace.window.gone(re.compile('Nice to meet you'))
        ada.reads('Nice to meet you')

    return [('make accounts', register), ('ask and accept', ask_and_accept), ('write', write),
            ('clear the history', clear), ('close without a complaint', stage.close)]


main(cases, contacts=False)
