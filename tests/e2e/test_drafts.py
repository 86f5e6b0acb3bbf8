#!/usr/bin/python3
"""What was written and not sent is there after a restart, and the list of chats says so."""

import re

from harness.process import until
from harness.report import step
from harness.stage import main

TEXT = 'Half a sentence, to be go'


def cases(stage):
    ada, grace = stage.people

    def written(person):
        field = person.window.look_for('Message', 'text')
        return field is not None and field.text == TEXT

    def write():
        ada.open(stage.server)
        ada.window.find('Chats', 'list')
        ada.open_chat('Grace')
        step('Ada writes without sending')
        ada.window.write('Message', TEXT)
        until(lambda: ', draft,' in ada.row('Grace').name, 'the list says that there is a draft', 20, 0.1)

    def restart():
        ada.close()
        ada.open(stage.server)
        ada.window.find('Chats', 'list')
        until(lambda: ', draft,' in ada.row('Grace').name, 'the list still says so', 20, 0.1)
        ada.open_chat('Grace')
        until(lambda: written(ada), 'Ada has her text again', 20, 0.1)

    def send():
        step('Ada sends it')
        ada.window.press('Send')
        until(lambda: ', draft,' not in ada.row('Grace').name, 'the list says no more of it', 20, 0.1)
        grace.open(stage.server)
        grace.open_chat('Ada')
        grace.reads(TEXT)
        grace.window.gone(re.compile(', draft,'), 'list item')

    return [('write', write), ('restart', restart), ('send', send),
            ('close without a complaint', stage.close)]


main(cases)
