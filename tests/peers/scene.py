# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixture of an integration test: a network namespace, a server, and peers that have to end
without complaints."""

import os
import sys

import parties
from harness import network, report
from harness.report import step


class Scene:
    def __init__(self, build, where, address):
        self.visavisd = os.path.join(build, 'src', 'server', 'visavisd')
        self.headless = os.path.join(build, 'tests', 'support', 'headless', 'headless-peer')
        self.where = where
        self.address = address
        self.server = None
        self.people = []
        self.closing = []

    def serve(self, *options):
        """Starts the server, or restarts it with other options and the same accounts."""
        if self.server is None:
            self.server = parties.serve(self.visavisd, self.where, options)
        else:
            self.server.stop()
            self.server.options = list(options)
            self.server.start()
        return self.server

    def token(self, user):
        return parties.sign_in(self.server, user)

    def headless_peer(self, user, url=None, **options):
        person = parties.Headless(
            self.headless, self.where, url or self.server.url, user, self.token(user), **options)
        self.people.append(person)
        person.wait_event('wire', state='online', timeout=30)
        return person

    def stop(self, person):
        self.people.remove(person)
        person.stop()

    def close(self):
        while self.people:
            self.stop(self.people[0])
        for thing in reversed(self.closing):
            thing.close()
        self.closing = []
        if self.server:
            self.server.stop()
            complaints = self.server.complaints()
            if complaints:
                raise parties.PartyError('visavisd: ' + '\n'.join(complaints))

    def tell_all(self):
        """Prints the state of all peers after a failure: the cause is often not in the one that
        failed."""
        for thing in (*self.closing, *self.people):
            if hasattr(thing, 'describe_failure'):
                report.complain(f'{getattr(thing, "user", "browser")}:')
                for line in thing.describe_failure().splitlines():
                    report.complain('  ' + line)

    def abandon(self):
        for person in self.people:
            if person.popen.poll() is None:
                person.kill()
        for thing in self.closing:
            thing.close()
        if self.server and self.server.process:
            self.server.process.kill()


def main(make_cases):
    """Runs a scenario: make_cases (scene) returns the (name, function) pairs; a clean exit is the
    last one."""
    network.isolate()
    address = network.host_address()
    if address is None:
        report.skip_all(network.NO_ADDRESS)
    with parties.folder() as where:
        scene = Scene(sys.argv[1], where, address)
        step(f'media goes over {address}')
        try:
            status = report.run(
                [*make_cases(scene), ('all end without a complaint', scene.close)], scene.tell_all)
        finally:
            scene.abandon()
    sys.exit(status)
