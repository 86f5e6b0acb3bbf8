"""Child processes that are killed with the test, and their output."""

import ctypes
import os
import re
import signal
import subprocess
import time

_libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1

# Lines that make a test fail.
COMPLAINT = re.compile(
    r'(-(WARNING|CRITICAL|ERROR) \*\*)|\*\* ?\(|(\): [A-Za-z-]*-(WARNING|CRITICAL))|runtime error:'
    r'|ERROR: (Address|Leak)Sanitizer|SUMMARY: \w+Sanitizer|[Aa]ssertion .* failed')

# Lines about the minimal desktop, which are no faults of ours.
EXCUSED = re.compile(
    r'Unable to acquire session bus|org\.freedesktop\.portal|Failed to (create|get) .*[Pp]ortal'
    r'|libEGL|MESA|dconf|Unable to register the application.*a11y')


class Failure(AssertionError):
    """A test failure."""


def until(condition, what, timeout=20.0, pause=0.02):
    """Waits until condition () is true; returns its value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f'{what}: not within {timeout:g} s')
        time.sleep(pause)


class Process:
    """A child process. Its output goes to FOLDER/NAME.out and FOLDER/NAME.err."""

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
        """Sends SIGTERM, and SIGKILL after the timeout; returns whether SIGTERM was enough."""
        self.signal(signal.SIGTERM)
        try:
            self.popen.wait(timeout)
            return True
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def complaints(self):
        """The lines of its standard error that make a test fail."""
        return [line for line in self.err().splitlines()
                if COMPLAINT.search(line) and not EXCUSED.search(line)]
