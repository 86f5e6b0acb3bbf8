"""A real visavisd with its own folder."""

import json
import os
import subprocess

from .process import Failure, Process

PASSWORD = 'a long enough password'


class Server:
    def __init__(self, binary, folder, host='127.0.0.1', options=()):
        self.binary = binary
        self.folder = folder
        self.data = os.path.join(folder, 'server-data')
        self.host = host
        self.options = list(options)
        self.url = None
        self.process = None
        self.runs = 0

    def add_people(self, people):
        """people: {'ada': 'Ada', …}; all are contacts of each other."""
        path = os.path.join(self.folder, 'people.jsonl')
        with open(path, 'w', encoding='utf-8') as out:
            for user, name in people.items():
                out.write(json.dumps({'user': user, 'name': name, 'password': PASSWORD,
                                      'contacts': [other for other in people if other != user]}) + '\n')
        done = subprocess.run([self.binary, 'user', 'import', path, '--data', self.data],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Failure(f'visavisd user import: {done.stdout}{done.stderr}')

    def start(self, port=0):
        self.runs += 1
        self.process = Process(
            f'visavisd-{self.runs}',
            [self.binary, 'serve', '--data', self.data, '--listen', f'{self.host}:{port}',
             *self.options], self.folder)
        self.url = self.process.wait_for_line(r'^visavisd ready (\S+)$').group(1)
        return self

    @property
    def port(self):
        return int(self.url.split('://')[1].split('/')[0].rsplit(':', 1)[1])

    def crash(self):
        self.process.kill()

    def stop(self):
        if self.process is None:
            return
        ended = self.process.stop()
        if not ended:
            raise Failure('visavisd did not end when asked to')

    def complaints(self):
        return self.process.complaints() if self.process else []
