#!/usr/bin/python3
"""Links open the app at the right place, also when they come before the window has anything in it."""

from harness.process import until
from harness.report import step
from harness.stage import main


def cases(stage):
    ada, grace = stage.people

    def server():
        for node, _ in ada.window.walk(ada.window.find('Server')):
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
        until(lambda: server() == f'{stage.server.host}:{stage.server.port}', 'the server of the invite is filled in')
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
        grace.rings()
        grace.answer()
        ada.in_call()
        ada.hang_up()
        ada.back_from_call()
        grace.back_from_call()

    return [('an invite', invited), ('a link that is none', nonsense),
            ('a link to a chat', to_a_chat), ('a link to a call', to_a_call),
            ('close without a complaint', stage.close)]


main(cases)
