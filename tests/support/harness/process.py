"""Children that die with us, with everything they say on record."""

import ctypes
import os
import re
import signal
import subprocess
import time

_libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1

# What no program of ours may ever say.
COMPLAINT = re.compile(
    r'(-(WARNING|CRITICAL|ERROR) \*\*)|\*\* ?\(|(\): [A-Za-z-]*-(WARNING|CRITICAL))|runtime error:'
    r'|ERROR: (Address|Leak)Sanitizer|SUMMARY: \w+Sanitizer|[Aa]ssertion .* failed')

# What is said about this bare desktop rather than by a fault of ours.
EXCUSED = re.compile(
    r'Unable to acquire session bus|org\.freedesktop\.portal|Failed to (create|get) .*[Pp]ortal'
    r'|libEGL|MESA|dconf|Unable to register the application.*a11y')


class Failure(AssertionError):
    """What a person in front of the screen would complain about."""


def until(condition, what, timeout=20.0, pause=0.02):
    """Waits for a condition to be true; returns what it returned."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f'{what}: not within {timeout:g} s')
        time.sleep(pause)


class Process:
    """One child. Its output goes to FOLDER/NAME.out and FOLDER/NAME.err."""

    def __init__(self, name, command, folder, env=None, network=None, pass_fds=()):
        self.name = name
        self.out_path = os.path.join(folder, name + '.out')
        self.err_path = os.path.join(folder, name + '.err')
        if network is not None:
            command = network.command(command)
        parent = os.getpid()

        def die_with_parent():
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os.write(2, b'the test was gone before this program began\n')
                os._exit(1)

        with open(self.out_path, 'ab') as out, open(self.err_path, 'ab') as err:
            self.popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=folder,
                env=dict(os.environ, **(env or {})), pass_fds=pass_fds,
                start_new_session=True, preexec_fn=die_with_parent)
        self.pid = self.popen.pid

    @property
    def alive(self):
        return self.popen.poll() is None

    def out(self):
        with open(self.out_path, encoding='utf-8', errors='replace') as text:
            return text.read()

    def err(self):
        with open(self.err_path, encoding='utf-8', errors='replace') as text:
            return text.read()

    def wait_for_line(self, pattern, timeout=20.0):
        """Waits for a line on standard output; returns the match."""
        expression = re.compile(pattern, re.MULTILINE)

        def look():
            match = expression.search(self.out())
            if not match and not self.alive:
                raise Failure(f'{self.name} ended with status {self.popen.returncode}:\n{self.err()[-2000:]}')
            return match
        return until(look, f'{self.name} prints {pattern!r}', timeout)

    def signal(self, number):
        if self.alive:
            self.popen.send_signal(number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.popen.wait()

    def stop(self, timeout=20.0):
        """Asks it to end; says whether it did by itself."""
        self.signal(signal.SIGTERM)
        try:
            self.popen.wait(timeout)
            return True
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def complaints(self):
        """The lines of its standard error that are faults."""
        return [line for line in self.err().splitlines()
                if COMPLAINT.search(line) and not EXCUSED.search(line)]
