#!/usr/bin/python3
"""Links open the app at the right place, also when they come before the window has anything in it."""

import os
import re
import sys

from harness.process import Failure, Process, until
from harness.report import step
from harness.stage import main

ENDING = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../support/ending-instance.py')


def cases(stage):
    ada, grace = stage.people

    def link(rest):
        return f'visavis://{stage.server.host}:{stage.server.port}{rest}'

    def invited():
        step('Ada starts with an invite')
        ada.open_for_the_first_time([link('/invite/letmein')])
        ada.window.find('Create account', 'push button')
        ada.window.find('Your name (optional)')
        until(lambda: ada.written('Server') == f'{stage.server.host}:{stage.server.port}', 'the server of the invite is filled in')
        ada.close()

    def nonsense():
        step('Ada starts with a link that is none')
        ada.open_for_the_first_time(['visavis://'])
        ada.window.find('Sign in')
        ada.close()

    def to_a_chat():
        grace.open(stage.server)
        step('Ada starts with a link to Grace, and both names in capitals')
        ada.open(stage.server, ['--user', 'ADA', link('/Grace')])
        ada.window.find('Message')
        ada.sees_online('Grace')
        ada.say('Your link works')
        grace.open_chat('Ada')
        grace.reads('Your link works')

    def to_a_call():
        ada.close()
        step('Ada starts with a link that calls Grace')
        ada.open(stage.server, [link('/grace?call=video')])
        ada.sees('Call Grace?')
        if grace.window.look_for('Answer') is not None:
            raise Failure('it rang before Ada had said so')
        ada.window.press(re.compile('^Call'), 'push button')
        grace.rings()
        grace.answer()
        ada.in_call()
        ada.hang_up()
        ada.back_from_call()
        grace.back_from_call()

    def to_elsewhere():
        step('Ada opens a link to a Grace of another server')
        ada.open_link('visavis://chat.example.org/grace?call=video')
        ada.sees(re.compile('^That link is for the server chat.example.org'))
        step('Ada opens an invite, though she has an account')
        ada.open_link(link('/invite/letmein'))
        ada.sees(re.compile('^You are signed in already'))

    def to_a_stranger():
        step('Ada opens a link to somebody whom she does not know')
        ada.open_link(link('/hedy?call=video'))
        ada.window.find('Send request')
        until(lambda: ada.written('User name') == 'hedy', 'the user name of the link is filled in')
        step('Ada opens one to another whom she does not know')
        ada.open_link(link('/mary'))
        until(lambda: ada.written('User name') == 'mary', 'one dialog takes the place of the other')

    def to_many_calls():
        step('Ada opens a link that calls Grace, and then another')
        for _ in range(2):
            ada.open_link(link('/grace?call=video'))
            ada.sees('Call Grace?')
        ada.window.press(re.compile('^Cancel'), 'push button')
        ada.window.gone('Call Grace?')

    def two_at_once():
        step('Ada opens two links at once')
        done = ada.start_again(link('/grace?call=video'), link('/grace'))
        if done.returncode != 1 or 'one link at a time' not in done.stderr:
            raise Failure(f'it ended with {done.returncode} and said: {done.stderr}')
        if ada.window.look_for('Call Grace?') is not None:
            raise Failure('one of them is followed')

    def while_one_hangs():
        ada.close()
        step('Ada opens a link, and the program that runs hangs')
        hanging = Process('hanging', [sys.executable, ENDING, 'org.visavis.Visavis.ada', 'Open', 'hang'],
                          stage.desktop.folder)
        hanging.wait_for_line('^ready')
        done = ada.start_again(link('/grace'))
        hanging.stop()
        if done.returncode != 1 or 'does not answer' not in done.stderr:
            raise Failure(f'it ended with {done.returncode} and said: {done.stderr}')

    def while_one_ends():
        for method in ('DescribeAll', 'Open'):
            step(f'Ada opens a link, and the program that ran ends when it is asked for {method}')
            ending = Process('ending-' + method, [sys.executable, ENDING, 'org.visavis.Visavis.ada', method],
                             stage.desktop.folder)
            ending.wait_for_line('^ready')
            ada.open(stage.server, [link('/grace?call=video')])
            ending.wait_for_line(f'^asked {method}')
            ada.sees('Call Grace?')
            ada.close()

    def followed_once():
        ada.open(stage.server, [link('/grace?call=video')])
        ada.sees('Call Grace?')
        ada.window.press(re.compile('^Cancel'), 'push button')
        ada.window.gone('Call Grace?')
        step('Ada quits and starts at once')
        old = ada.window
        ada.window.key('ctrl+q')
        ada.open(stage.server)
        # Either the new program has the window, or the old one has opened it once more.
        until(lambda: not (ada.window.process.alive and old.process.alive), 'one of them ends', 20, 0.1)
        if not ada.window.process.alive:
            ada.window = old
        ada.sees_online('Grace')
        ada.open_chat('Grace')
        ada.say('Back again')
        if ada.window.look_for('Call Grace?') is not None:
            raise Failure('the link of the first start is followed again')

    return [('an invite', invited), ('a link that is none', nonsense),
            ('a link to a chat', to_a_chat), ('a link to a call', to_a_call),
            ('a link to elsewhere', to_elsewhere), ('a link to a stranger', to_a_stranger),
            ('two links to a call', to_many_calls),
            ('two links at once', two_at_once),
            ('a link while another one hangs', while_one_hangs),
            ('a link while another one ends', while_one_ends),
            ('followed once', followed_once),
            ('close without a complaint', stage.close)]


main(cases)
