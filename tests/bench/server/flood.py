#!/usr/bin/python3
"""flood.py VISAVISD: the latency of a message while 60 sockets send frames of 60 kB.

Prints how long a message takes to be delivered, without load and under two floods: of sockets that
never send hello, and of signed-in devices that send only long frames. The floods run in a process
of their own, but on this computer: part of the ratio is theirs."""

import base64
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

SOCKETS = 60
MESSAGES = 30
LONG = b'{"id":1,"type":"chat:list","x":"' + b'x' * 60000 + b'"}'


def frame(text):
    size = len(text)
    head = bytes([0x81, 0x80 | size]) if size < 126 else b'\x81\xfe' + size.to_bytes(2, 'big')
    return head + bytes(4) + text


class Client:
    def __init__(self, port, token=None):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f'GET /v1/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                             f'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n'
                             f'Sec-WebSocket-Protocol: visavis.v1\r\n\r\n').encode())
        self.input = self.socket.makefile('rb')
        self.status = int(self.input.readline().split()[1])
        while self.input.readline() not in (b'\r\n', b''):
            pass
        if token:
            self.say({'id': 0, 'type': 'hello', 'token': token})
            self.hear(lambda message: message.get('id') == 0)

    def say(self, message):
        self.socket.sendall(frame(json.dumps(message).encode()))

    def hear(self, wanted):
        while True:
            first, size = self.input.read(2)
            size = int.from_bytes(self.input.read({126: 2, 127: 8}[size]), 'big') if size > 125 else size
            text = self.input.read(size)
            if first == 0x81:
                message = json.loads(text)
                if wanted(message):
                    return message


def flood(port, tokens):
    """Sends long frames on all sockets for ever, and reconnects those that are closed."""
    sockets = {}
    while True:
        for number in range(SOCKETS):
            try:
                if number not in sockets:
                    client = Client(port, tokens and tokens[number])
                    client.socket.setblocking(False)
                    sockets[number] = client
                sockets[number].socket.send(frame(LONG))
            except BlockingIOError:
                pass
            except (OSError, IndexError, ValueError):
                sockets.pop(number, None)


def measure(port, tokens):
    ada, grace = (Client(port, token) for token in tokens)
    times = []
    for _ in range(MESSAGES):
        one = str(uuid.uuid4())
        start = time.monotonic()
        ada.say({'id': 1, 'type': 'chat:send', 'chat': 'grace',
                 'message': {'id': one, 'kind': 'text', 'text': 'x'}})
        grace.hear(lambda message: message.get('message', {}).get('id') == one)
        times.append(1000 * (time.monotonic() - start))
        time.sleep(0.05)
    return statistics.median(times), max(times)


def main():
    visavisd = sys.argv[1]
    tokens = {user: [f'{user}-token-that-nobody-would-guess-{i:02}' for i in range(count)]
              for user, count in (('ada', 1), ('grace', 1), ('eve', SOCKETS))}
    with tempfile.TemporaryDirectory() as folder:
        people = os.path.join(folder, 'people.jsonl')
        with open(people, 'w', encoding='utf-8') as out:
            for user, of_user in tokens.items():
                out.write(json.dumps({'user': user, 'tokens': of_user,
                                      'contacts': ['grace'] if user == 'ada' else []}) + '\n')
        subprocess.run([visavisd, 'user', 'import', people, '--data', folder], check=True,
                       stdout=subprocess.DEVNULL)
        with subprocess.Popen([visavisd, 'serve', '--data', folder, '--listen', '127.0.0.1:0'],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            port = int(server.stdout.readline().split('/')[2].rsplit(':', 1)[1])
            quiet = None
            for name, of_flood in (('nobody else', None), (f'{SOCKETS} strangers', []),
                                   (f'{SOCKETS} signed-in devices', tokens['eve'])):
                attacker = None
                if of_flood is not None:
                    attacker = multiprocessing.Process(target=flood, args=(port, of_flood), daemon=True)
                    attacker.start()
                    time.sleep(2)
                median, worst = measure(port, (tokens['ada'][0], tokens['grace'][0]))
                quiet = quiet or median
                print(f'{name}: median {median:.1f} ms, worst {worst:.1f} ms, '
                      f'{median / quiet:.1f} times as long', flush=True)
                if attacker:
                    attacker.kill()
                    attacker.join()
            server.terminate()


if __name__ == '__main__':
    main()
