#!/usr/bin/python3
"""Whom a password goes to: a server without encryption, one with a certificate of its own, and one
whose certificate is another one than before."""

import hashlib
import os
import re
import ssl

from harness.process import Failure
from harness.report import step
from harness.server import PASSWORD
from harness.stage import main

CERTIFICATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../support/certificates')
CHANGED = re.compile('^The certificate of .* has changed, so nothing was sent')


def fingerprint(name):
    with open(os.path.join(CERTIFICATES, name), encoding='ascii') as pem:
        certificate = re.search('-----BEGIN CERT.*?END CERTIFICATE-----', pem.read(), re.DOTALL).group()
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest().upper()
    return ':'.join(digest[index:index + 2] for index in range(0, len(digest), 2))


def cases(stage):
    ada, grace = stage.people
    server = stage.server

    def start_again(certificate=None):
        port = server.port
        server.stop()
        path = certificate and os.path.join(CERTIFICATES, certificate)
        server.options = ['--tls-cert', path, '--tls-key', path] if path else []
        server.start(port)

    def answer(person, question, verb):
        person.sees(question)
        person.window.press(re.compile(f'^{verb}'), 'push button')
        person.window.gone(question)

    def shows(person, name):
        """The fingerprint of that certificate, as the dialog writes it."""
        person.window.find(re.compile(fingerprint(name)[:23]))

    def has_padlock(person):
        return person.window.look_for('Not encrypted') is not None

    def plain_as_written():
        kiosk = stage.another_device(ada, 'kiosk')
        for _ in range(2):
            kiosk.open(server)
            kiosk.row('Grace')
            kiosk.window.find('Not encrypted')
            kiosk.close()
        step('Without the password in the environment, nobody has agreed')
        kiosk.open_for_the_first_time()
        kiosk.sees(re.compile('is not encrypted, so nothing was sent'))
        kiosk.close()

    def plain():
        ada.open_for_the_first_time()
        ada.sign_in(server)
        answer(ada, 'Connect without encryption?', 'Cancel')
        ada.sees(re.compile('is not encrypted, so nothing was sent'))
        step('Ada agrees')
        ada.window.press('Sign in')
        answer(ada, 'Connect without encryption?', 'Connect anyway')
        ada.row('Grace')
        ada.window.find('Not encrypted')

    def once():
        step('Ada starts again, and is not asked again')
        ada.close()
        ada.open_for_the_first_time()
        ada.row('Grace')
        ada.window.find('Not encrypted')
        ada.close()

    def no_tls():
        step('Grace asks for encryption where there is none')
        grace.open_for_the_first_time()
        grace.window.write('Server', server.url.replace('ws://', 'wss://'))
        grace.window.write('User name', 'grace')
        grace.window.write('Password', PASSWORD)
        grace.window.press('Sign in')
        grace.sees(re.compile('does not encrypt connections'))

    def tls_only():
        step('Grace asks for none where there is nothing else')
        start_again('first.pem')
        grace.window.write('Server', server.url.replace('wss://', 'ws://'))
        grace.window.press('Sign in')
        grace.sees(re.compile('takes encrypted connections only'))

    def unknown():
        step('Grace meets a certificate that nobody vouches for')
        grace.window.write('Server', server.url)
        grace.window.press('Sign in')
        grace.sees('Trust this server?')
        shows(grace, 'first.pem')
        grace.screenshot(stage.shots, 'unknown')
        answer(grace, 'Trust this server?', 'Cancel')
        grace.sees(re.compile('can’t prove who it is, so nothing was sent'))
        grace.window.press('Sign in')
        answer(grace, 'Trust this server?', 'Trust')
        grace.row('Ada')
        if has_padlock(grace):
            raise Failure('an open padlock over an encrypted connection')

    def changed():
        step('The server shows another certificate')
        start_again('second.pem')
        grace.sees(CHANGED, timeout=60)
        grace.window.press('Details…')
        grace.sees('Certificate has changed')
        shows(grace, 'first.pem')
        shows(grace, 'second.pem')
        grace.screenshot(stage.shots, 'changed')
        answer(grace, 'Certificate has changed', 'Cancel')
        step('The right one comes back')
        start_again('first.pem')
        grace.window.gone(CHANGED, timeout=60)
        grace.row('Ada')

    def changed_for_good():
        step('Grace starts again, and the server has got a new certificate')
        start_again('second.pem')
        grace.close()
        grace.open_for_the_first_time()
        grace.sees(CHANGED, timeout=60)
        grace.window.press('Details…')
        answer(grace, 'Certificate has changed', 'Trust new certificate')
        grace.window.gone(CHANGED, timeout=60)
        grace.row('Ada')

    return [('without encryption, as written', plain_as_written),
            ('without encryption', plain), ('asked once', once), ('encryption where there is none', no_tls),
            ('no encryption where there is nothing else', tls_only), ('an unknown certificate', unknown),
            ('a changed certificate', changed), ('a new certificate', changed_for_good),
            ('close without a complaint', stage.close)]


main(cases, hosts=True)
