"""A server and users with their windows, for most end-to-end tests."""

import os
import re
import sys

from . import network, report
from .desktop import Desktop
from .person import Person, close_all
from .process import Process
from .server import Server


class Relay:
    """A real coturn on the hub, which shares a secret with the server."""

    SECRET = 'a secret between two servers'

    def __init__(self, folder):
        self.secret_file = os.path.join(folder, 'turn-secret')
        with open(self.secret_file, 'w', encoding='utf-8') as out:
            out.write(self.SECRET)
        self.process = Process('turnserver', [
            'turnserver', '-n', '--listening-ip', network.HUB, '--relay-ip', network.HUB,
            '--listening-port', '3478', '--use-auth-secret', '--static-auth-secret', self.SECRET,
            '--realm', 'visavis', '--no-tls', '--no-dtls', '--no-cli', '--verbose',
            '--log-file', 'stdout', '--simple-log', '--pidfile', os.path.join(folder, 'turn.pid'),
            '--userdb', os.path.join(folder, 'turn.db')], folder)
        self.process.wait_for_line('listener opened')

    def allocations(self, user):
        """How many allocations the user has got."""
        return len(re.findall(rf'user <\d+:{user}>.*ALLOCATE processed, success', self.process.out()))

    def close(self):
        self.process.stop()


class Stage:
    """Ada and Grace, whose windows are not open yet.

    hosts=True gives each a Host; with contacts=False there are no accounts yet.
    """

    NAMES = ('Ada', 'Grace')

    def __init__(self, build, hosts=False, contacts=True, keep=None, names=NAMES):
        self.build = os.path.abspath(build)
        self.desktop = Desktop(keep)
        self.hosts = hosts
        self.contacts = contacts
        self.names = names
        self.shots = os.path.join(self.build, "e2e-pictures", os.path.basename(sys.argv[0]).split(".")[0])

    def __enter__(self):
        self.desktop.__enter__()
        self._hosts = ([network.Host(name.lower(), number) for number, name in enumerate(self.names, 2)]
                       if self.hosts else [None] * len(self.names))
        self.server = Server(os.path.join(self.build, 'src/server/visavisd'), self.desktop.folder,
                             host=network.HUB if self.hosts else '127.0.0.1',
                             options=() if self.contacts else ('--open-registration',))
        if self.contacts:
            self.server.add_people({name.lower(): name for name in self.names})
        self.server.start()
        self.people = [Person(name, self.build, self.desktop, host)
                       for name, host in zip(self.names, self._hosts)]
        return self

    def another_device(self, person, device):
        """Adds a second device of a user, on the same host."""
        self.people.append(Person(person.name, self.build, self.desktop, person.network, device))
        return self.people[-1]

    def __exit__(self, *error):
        for one in self.people:
            if one.window is not None:
                one.window.kill()
        if self.server.process is not None:
            self.server.process.kill()
        for host in self._hosts:
            if host is not None:
                host.close()
        self.desktop.__exit__(*error)

    def tell(self):
        for one in self.people:
            one.tell(self.shots)
        if self.server.process is not None:
            for line in self.server.process.err()[-3000:].splitlines():
                report.complain('visavisd: ' + line)

    def close(self):
        close_all(self.people, self.server)


def main(cases, hosts=False, contacts=True):
    """Runs a scenario: cases (stage) returns the list of (name, function); argv[1] is the build
    folder."""
    isolated = network.isolate()
    if hosts and not isolated:
        report.skip_all('no network namespaces here')
    with Stage(sys.argv[1], hosts, contacts) as stage:
        status = report.run(cases(stage), stage.tell)
    sys.exit(status)
