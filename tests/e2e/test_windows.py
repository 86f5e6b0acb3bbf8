#!/usr/bin/python3
"""Two people, two windows, one server: they chat and call, as people would."""

import re

from harness.report import step
from harness.stage import main


def cases(stage):
    ada, grace = stage.people

    def sign_in():
        ada.open_for_the_first_time()
        ada.sign_in(stage.server)
        grace.open(stage.server)
        ada.sees_online('Grace')
        grace.sees_online('Ada')

    def chat():
        ada.open_chat('Grace')
        ada.say('Hello Grace')
        grace.sees_unread('Ada', 1)
        ada.say('Are you there?')
        grace.sees_unread('Ada', 2)
        grace.open_chat('Ada')
        grace.reads('Hello Grace')
        grace.reads('Are you there?')
        grace.sees_unread('Ada', 0)
        grace.say('Yes! How are you? 🙂')
        ada.reads('Yes! How are you? 🙂')

    def call():
        ada.call('Grace')
        grace.rings()
        grace.answer()
        ada.in_call()
        grace.in_call()
        ada.sees_moving_picture()
        grace.sees_moving_picture()

    def mute():
        for button, told in (('Mute microphone', 'Ada is muted'),
                             ('Turn camera off', 'Ada turned the camera off and is muted')):
            step(f'Ada presses {button}')
            ada.window.press(button)
            grace.sees(told)
        grace.sees_no_picture()
        ada.sees_moving_picture()
        for button in ('Turn camera off', 'Mute microphone'):
            ada.window.press(button)
        grace.window.gone(re.compile('^Ada (is muted|turned)'))
        grace.sees_moving_picture()

    def chat_meanwhile():
        step('Ada clicks on Grace in the list, whose row is marked already')
        ada.row('Grace').click()
        ada.window.find('Return to the call')
        ada.say('Do you hear me?')
        grace.window.press('Back to the chat')
        grace.reads('Do you hear me?')
        for one in (ada, grace):
            one.window.press('Return to the call')
            one.sees_moving_picture()

    def hang_up():
        ada.hang_up()
        ada.back_from_call()
        grace.back_from_call()

    def again_with_decline():
        step('Ada has a dialog open when Grace calls')
        ada.window.press('New chat')
        ada.window.find('Send request')
        grace.call('Ada')
        ada.rings()
        step('Ada clicks on Decline')
        ada.window.find('Decline', 'push button').click()
        grace.back_from_call(re.compile('declined', re.IGNORECASE))
        dialog = ada.window.find('New chat', 'filler')
        ada.window.find('Close', within=dialog).press()
        ada.window.gone('Send request')
        ada.back_from_call()

    def and_once_more():
        grace.call('Ada')
        ada.rings()
        ada.answer()
        ada.sees_moving_picture()
        grace.sees_moving_picture()
        ada.hang_up()
        grace.back_from_call()
        ada.back_from_call()

    return [('sign in', sign_in), ('chat both ways', chat), ('call and see each other', call),
            ('mute and camera off', mute), ('chat meanwhile', chat_meanwhile), ('hang up', hang_up),
            ('decline', again_with_decline), ('call back', and_once_more),
            ('close without a complaint', stage.close)]


main(cases)
