# SPDX-License-Identifier: GPL-3.0-or-later
"""Headless Chromium as the other side of a call.

    with Chromium (folder) as browser:
        grace = browser.start (server_url, 'grace', token)
        grace.wait (state='ringing')
        grace.answer ()
        grace.wait (lambda stats: stats['framesDecoded'] > 30)

One browser has any number of peers, each in its own tab with its own fake camera and microphone (a
test pattern and a beep). Chromium is driven over its DevTools pipe: no port, no driver, no package.
"""

import json
import os
import shutil
import subprocess
import threading
import time

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'peer.html')

FLAGS = [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-dev-shm-usage', '--disable-extensions', '--disable-default-apps', '--mute-audio',
    '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    # Background tabs are not throttled.
    '--disable-renderer-backgrounding', '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    # Host candidates with addresses: mDNS names could not be resolved here.
    '--disable-features=WebRtcHideLocalIpsWithMdns,Translate',
    '--allow-file-access-from-files', '--remote-debugging-pipe',
]


class PeerError(AssertionError):
    """The browser or the page failed."""


def find():
    """The browser's path, or None."""
    for name in ('chromium', 'chromium-browser', 'google-chrome'):
        path = shutil.which(name)
        if path:
            return path
    return None


class Chromium:
    def __init__(self, folder, network=None, binary=None):
        binary = binary or find()
        if binary is None:
            raise PeerError('there is no Chromium')
        profile = os.path.join(folder, 'chromium')
        command = [binary, *FLAGS, f'--user-data-dir={profile}', 'about:blank']
        if network is not None:
            command = network.command(command)
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        # The browser reads commands from descriptor 3 and writes answers to 4.
        command = ['sh', '-c', f'exec 3<&{to_read} 4>&{to_write} "$@"', 'sh', *command]
        with open(os.path.join(folder, 'chromium.err'), 'ab') as err:
            self._popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=err, stderr=err,
                pass_fds=(to_read, to_write), start_new_session=True,
                env=dict(os.environ, HOME=folder))
        os.close(to_read)
        os.close(to_write)
        self._peers = []
        self._last_id = 0
        self._answers = {}
        self._arrived = threading.Condition()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def pid(self):
        return self._popen.pid

    def _listen(self):
        rest = b''
        while True:
            try:
                data = os.read(self._read, 1 << 16)
            except OSError:
                data = b''
            if not data:
                with self._arrived:
                    self._answers[None] = True
                    self._arrived.notify_all()
                return
            *frames, rest = (rest + data).split(b'\0')
            for frame in frames:
                message = json.loads(frame)
                if 'id' in message:
                    with self._arrived:
                        self._answers[message['id']] = message
                        self._arrived.notify_all()

    def command(self, method, params=None, session=None, timeout=30):
        self._last_id += 1
        number = self._last_id
        message = {'id': number, 'method': method, 'params': params or {}}
        if session:
            message['sessionId'] = session
        data = json.dumps(message).encode() + b'\0'
        while data:
            data = data[os.write(self._write, data):]
        with self._arrived:
            if not self._arrived.wait_for(
                    lambda: number in self._answers or None in self._answers, timeout):
                raise PeerError(f'Chromium does not answer {method}')
            answer = self._answers.pop(number, None)
        if answer is None:
            raise PeerError('Chromium is gone')
        if 'error' in answer:
            raise PeerError(f'{method}: {answer["error"]["message"]}')
        return answer['result']

    def start(self, server_url, user, token, **options):
        """Signs a new peer in; options: video=False, relayOnly=True,
        measured=True."""
        peer = Peer(self, server_url, user, token, options)
        self._peers.append(peer)
        return peer

    def describe_failure(self):
        """The stats and last log lines of all peers."""
        return '\n'.join(f'{peer.user}: {json.dumps(peer.stats())}\n' + '\n'.join(peer.log()[-40:])
                         for peer in self._peers)

    def close(self):
        if self._popen.poll() is None:
            try:
                self.command('Browser.close', timeout=5)
            except (PeerError, OSError):
                pass
            try:
                self._popen.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()
        self._reader.join(5)
        for fd in (self._read, self._write):
            os.close(fd)

    def kill(self):
        """Kills the browser and all of its children."""
        try:
            os.killpg(self._popen.pid, 9)
        except ProcessLookupError:
            pass
        self._popen.wait()


class Peer:
    def __init__(self, browser, server_url, user, token, options):
        self.browser = browser
        self.user = user
        target = browser.command('Target.createTarget', {'url': 'file://' + PAGE, 'newWindow': True})
        self._target = target['targetId']
        self._session = browser.command(
            'Target.attachToTarget', {'targetId': self._target, 'flatten': True})['sessionId']
        self._until(lambda: self.evaluate('document.readyState === "complete" && !!window.peer'),
                    'the page is loaded')
        self.hello = self.evaluate(
            f'peer.signIn ({json.dumps(server_url)}, {json.dumps(token)}, {json.dumps(options)})')

    def evaluate(self, expression, timeout=30):
        """The value of an expression; awaits a promise."""
        answer = self.browser.command(
            'Runtime.evaluate',
            {'expression': expression, 'awaitPromise': True, 'returnByValue': True},
            self._session, timeout)
        if 'exceptionDetails' in answer:
            details = answer['exceptionDetails']
            raise PeerError(details.get('exception', {}).get('description', details['text']))
        return answer['result'].get('value')

    def call(self, user):
        """Calls a user; returns on how many devices it rings."""
        return self.evaluate(f'peer.place ({json.dumps(user)})')

    def answer(self):
        self.evaluate('peer.answer ()')

    def decline(self):
        self.evaluate('peer.end ("declined")')

    def hang_up(self):
        self.evaluate('peer.end ("hangup")')

    def speak(self, dialect):
        """Sets the SDP dialect of the calls to come; see dialects.js."""
        self.evaluate(f'peer.dialect = dialects[{json.dumps(dialect)}]')

    def set_video(self, on):
        self.evaluate(f'peer.setVideo ({json.dumps(on)})')

    def stats(self):
        return self.evaluate('peer.stats ()')

    def log(self):
        return self.evaluate('peer.log')

    def wait(self, condition=None, timeout=20, **fields):
        """Waits until the stats have these fields and condition (stats) is true; returns them."""
        last = None

        def look():
            nonlocal last
            last = self.stats()
            good = all(last.get(name) == value for name, value in fields.items())
            return last if good and (condition is None or condition(last)) else None
        try:
            return self._until(look, f'{fields}', timeout)
        except PeerError:
            raise PeerError(f'{self.user}: not within {timeout} s: {fields}\n'
                            f'{json.dumps(last, indent=1)}\n' + '\n'.join(self.log())) from None

    def close(self):
        self.browser.command('Target.closeTarget', {'targetId': self._target})

    @staticmethod
    def _until(condition, what, timeout=20):
        deadline = time.monotonic() + timeout
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise PeerError(f'{what}: not within {timeout} s')
            time.sleep(0.02)
