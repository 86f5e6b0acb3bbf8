#!/usr/bin/python3
"""Two strangers make accounts, find each other by user name, and take things back."""

import re

from harness.notifications import Notifications
from harness.process import until
from harness.report import step
from harness.stage import main


def cases(stage):
    ada, grace = stage.people
    told = Notifications()
    stage.desktop.closing.append(told.close)

    def register():
        for one in (ada, grace):
            one.open_for_the_first_time()
            one.register(stage.server)
            one.window.find('No chats yet')
            # Once the transition is over, a hidden page is not in the accessible tree either.
            behind = {'Sign in', 'Create account', 'Hang up', 'Message', 'No one found'}
            until(lambda: behind.isdisjoint(node.name for node, _ in one.window.walk(thorough=True)),
                  f'none of {behind}, on pages that are hidden, is in the accessible tree')

    def ask_and_accept():
        grace.looks_elsewhere()
        ada.asks_for('Grace')
        told.find('Ada', 'Wants to be one of your contacts')
        step('Grace is told of the request')
        until(lambda: grace.badge('Ada') == '1', 'the request has a badge', 20, 0.1)
        grace.row('Ada').press()
        for name in ('Decline', 'Block', 'Accept'):
            grace.window.find(name, 'push button')
        grace.accepts('Ada')
        told.gone('Ada')
        until(lambda: grace.badge('Ada') is None, 'the badge goes', 20, 0.1)
        ada.sees_online('Grace')
        grace.sees_online('Ada')
        grace.sees(re.compile('^No messages yet'))

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

    def block():
        step('Ada blocks Grace')
        ada.window.press('Chat menu')
        ada.window.find(re.compile('^Remove contact'))
        ada.window.press(re.compile('^Block'))
        ada.window.find('Block Grace?')
        ada.window.press(re.compile('^Block'), 'push button')
        ada.sees('You have blocked Grace')
        grace.window.gone('Message', 'text')
        step('Grace asks again, which Ada does not hear of')
        grace.asks_for('Ada')
        grace.sees('Waiting for Ada')
        ada.window.press('Unblock')
        until(lambda: 'blocked' not in ada.row('Grace').name, 'Ada has unblocked Grace', 20, 0.1)

    return [('make accounts', register), ('ask and accept', ask_and_accept), ('write', write),
            ('clear the history', clear), ('block', block),
            ('close without a complaint', stage.close)]


main(cases, contacts=False)
