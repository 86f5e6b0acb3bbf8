"""A server and people in front of their windows: what most tests start from."""

import os
import sys

from . import network, report
from .desktop import Desktop
from .person import Person, close_all
from .server import Server


class Stage:
    """Ada and Grace, in front of windows that are still to be opened.

    hosts=True gives each a computer of their own; contacts=False: nobody has an account yet.
    """

    NAMES = ('Ada', 'Grace')

    def __init__(self, build, hosts=False, contacts=True, keep=None, names=NAMES):
        self.build = os.path.abspath(build)
        self.desktop = Desktop(keep)
        self.hosts = hosts
        self.contacts = contacts
        self.names = names
        self.shots = os.path.join(self.build, 'e2e-pictures')

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
                print('#   visavisd: ' + line)

    def close(self):
        close_all(self.people, self.server)


def main(cases, hosts=False, contacts=True):
    """Runs a scenario: cases (stage) gives the list of (name, function); argv[1] is the build."""
    isolated = network.isolate()
    if hosts and not isolated:
        report.skip_all('no network namespaces here')
    with Stage(sys.argv[1], hosts, contacts) as stage:
        status = report.run(cases(stage), stage.tell)
    sys.exit(status)
