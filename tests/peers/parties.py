# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the tests of calls: a server with accounts, and the app's side of a call.

    Headless (binary, folder, url, 'ada', token) is the real stack without windows: the link, the
    call controller and the media engine of the app in one small program, driven over its standard
    input and heard over its standard output, a JSON object a line each way.
"""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request

from harness.process import COMPLAINT, EXCUSED
from harness.server import PASSWORD, Server

PEOPLE = {'ada': 'Ada', 'grace': 'Grace', 'hedy': 'Hedy', 'joan': 'Joan',
          **{f'{role}{number}': f'{role} {number}' for role in ('victim', 'survivor') for number in range(6)}}


class PartyError(AssertionError):
    """A peer did not do what was expected."""


def folder():
    return tempfile.TemporaryDirectory(prefix='visavis-parties-', ignore_cleanup_errors=True)


def serve(binary, where, options=(), host='127.0.0.1'):
    server = Server(binary, where, host=host, options=options)
    server.add_people(PEOPLE)
    return server.start()


def sign_in(server, user):
    """Signs in over HTTP; returns the token."""
    url = re.sub(r'^ws', 'http', server.url).replace('/v1/socket', '/v1/login')
    body = json.dumps({'user': user, 'password': PASSWORD}).encode()
    request = urllib.request.Request(url, body, {'Content-Type': 'application/json'})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)['token']


def only_quarks(said):
    """Whether a leak report has only GLib's tables of quarks.

    GLib leaks the old table on purpose when it grows, by 2,048 pointers each time; GStreamer adds
    quarks for every stream. LeakSanitizer's stacks are kept short for speed and end in g_malloc, so
    lsan.supp can't match the caller.
    """
    leaks = re.findall(r'^(?:Direct|Indirect) leak of (\d+) byte\(s\) in \d+ object\(s\).*\n((?: +#.*\n)*)',
                       said, re.MULTILINE)
    return bool(leaks) and all(
        int(size) % 16384 == 0 and len(stack.splitlines()) == 2
        and ' in g_malloc ' in stack.splitlines()[1] for size, stack in leaks)


class Headless:
    def __init__(self, binary, where, url, user, token, env=None, network=None, **options):
        command = [binary, '--server', url, '--token', token]
        for name, value in options.items():
            command.append(f'--{name.replace("_", "-")}' + ('' if value is True else f'={value}'))
        if network is not None:
            command = network.command(command)
        self.user = user
        self.events = []
        self.state = {}
        self.err_path = os.path.join(where, f'headless-{user}.err')
        with open(self.err_path, 'ab') as err:
            self.popen = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, text=True,
                bufsize=1, env=dict(os.environ, **(env or {})), start_new_session=True)
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self.popen.pid

    def _listen(self):
        for line in self.popen.stdout:
            event = json.loads(line)
            with self._changed:
                if event['event'] == 'state':
                    self.state = event
                self.events.append(event)
                self._changed.notify_all()
        with self._changed:
            self.events.append({'event': 'gone'})
            self._changed.notify_all()

    def tell(self, command, **fields):
        self.popen.stdin.write(json.dumps({'command': command, **fields}) + '\n')

    def wait_event(self, name, start=0, timeout=20, **fields):
        """The first event since index start that has these fields."""
        def look():
            for event in self.events[start:]:
                if event['event'] == name and all(event.get(k) == v for k, v in fields.items()):
                    return event
            return None
        with self._changed:
            if not self._changed.wait_for(lambda: look() or self._is_gone(), timeout):
                raise PartyError(self._missed(f'{name} {fields}', timeout))
            found = look()
        if not found:
            raise PartyError(self._missed(f'{name} {fields}', timeout))
        return found

    def wait(self, timeout=20, **fields):
        """Waits until its state has these fields."""
        def look():
            return all(self.state.get(k) == v for k, v in fields.items())
        with self._changed:
            if not self._changed.wait_for(lambda: look() or self._is_gone(), timeout) or not look():
                raise PartyError(self._missed(f'{fields}', timeout))
            return dict(self.state)

    def wait_stats(self, condition, timeout=20):
        """Polls the stats until condition (stats) is true."""
        deadline = time.monotonic() + timeout
        while True:
            stats = self.stats()
            if condition(stats):
                return stats
            if time.monotonic() > deadline:
                raise PartyError(self._missed(f'the numbers; the last were {stats}', timeout))
            time.sleep(0.05)

    def stats(self):
        with self._changed:
            start = len(self.events)
        self.tell('stats')
        return self.wait_event('stats', start)

    def call(self, user, video=True):
        self.tell('call', user=user, video=video)

    def answer(self, video=True):
        self.tell('answer', video=video)

    def decline(self):
        self.tell('decline')

    def hang_up(self):
        self.tell('hang-up')

    def kill(self):
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()
        self._reader.join(5)

    def describe_failure(self):
        """Aborts it; returns its last events, and where it was."""
        if self.popen.poll() is None:
            # The sanitizer prints the stack of the main thread.
            self.popen.send_signal(signal.SIGABRT)
            try:
                self.popen.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self._reader.join(5)
        return self._story(30, 40)

    def stop(self):
        """Asks it to quit; fails on any complaint or leak."""
        if self.popen.poll() is None:
            self.tell('quit')
            try:
                self.popen.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise PartyError(f'{self.user} does not end') from None
        self._reader.join(5)
        with open(self.err_path, encoding='utf-8', errors='replace') as text:
            said = text.read()
        excused = self.popen.returncode == 1 and only_quarks(said)
        if not excused and (self.popen.returncode != 0 or self.complaints()):
            raise PartyError(f'{self.user} ended with {self.popen.returncode}:\n{said[-6000:]}')

    def complaints(self):
        with open(self.err_path, encoding='utf-8', errors='replace') as text:
            return [line.rstrip() for line in text
                    if COMPLAINT.search(line) and not EXCUSED.search(line)]

    def _is_gone(self):
        return bool(self.events) and self.events[-1]['event'] == 'gone'

    def _missed(self, what, timeout):
        if self._is_gone():
            what += ', before its end'
        return f'{self.user}: not within {timeout} s: {what}\n' + self._story(12, 10)

    def _story(self, events, errors):
        lines = [json.dumps(event) for event in self.events[-events:]]
        with open(self.err_path, encoding='utf-8', errors='replace') as text:
            lines += text.read().splitlines()[-errors:]
        return '\n'.join(lines)
