#!/usr/bin/python3
"""Links open the app at the right place, also when they come before the window has anything in it."""

import re

from harness.process import Failure, until
from harness.report import step
from harness.stage import main


def cases(stage):
    ada, grace = stage.people

    def written(person, name):
        for node, _ in person.window.walk(person.window.find(name)):
            if node.editable:
                return node.text
        return None

    def link(rest):
        return f'visavis://{stage.server.host}:{stage.server.port}{rest}'

    def invited():
        step('Ada starts with an invite')
        ada.open_for_the_first_time([link('/invite/letmein')])
        ada.window.find('Create account', 'push button')
        ada.window.find('Your name')
        until(lambda: written(ada, 'Server') == f'{stage.server.host}:{stage.server.port}', 'the server of the invite is filled in')
        ada.close()

    def nonsense():
        step('Ada starts with a link that is none')
        ada.open_for_the_first_time(['visavis://'])
        ada.window.find('Sign in')
        ada.close()

    def to_a_chat():
        grace.open(stage.server)
        step('Ada starts with a link to Grace')
        ada.open(stage.server, [link('/grace')])
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
        until(lambda: written(ada, 'User name') == 'hedy', 'the user name of the link is filled in')
        step('Ada opens one to another whom she does not know')
        ada.open_link(link('/mary'))
        until(lambda: written(ada, 'User name') == 'mary', 'one dialog takes the place of the other')

    def to_many_calls():
        step('Ada opens a link that calls Grace, and then another')
        for _ in range(2):
            ada.open_link(link('/grace?call=video'))
            ada.sees('Call Grace?')
        ada.window.press(re.compile('^Cancel'), 'push button')
        ada.window.gone('Call Grace?')

    return [('an invite', invited), ('a link that is none', nonsense),
            ('a link to a chat', to_a_chat), ('a link to a call', to_a_call),
            ('a link to elsewhere', to_elsewhere), ('a link to a stranger', to_a_stranger),
            ('two links to a call', to_many_calls),
            ('close without a complaint', stage.close)]


main(cases)
