"""A user whose client is the test itself: sends and receives frames over a real connection."""

import base64
import json
import os
import re
import socket
import time
import urllib.request

from .process import Failure
from .server import PASSWORD


class Scripted:
    def __init__(self, server, user):
        self.user = user
        self._last_id = 0
        self._rest = b''
        url = re.sub(r'^ws', 'http', server.url).replace('/v1/socket', '/v1/login')
        body = json.dumps({'user': user, 'password': PASSWORD}).encode()
        request = urllib.request.Request(url, body, {'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=30) as answer:
            token = json.load(answer)['token']
        self._socket = socket.create_connection((server.host, server.port), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall((
            f'GET /v1/socket HTTP/1.1\r\nHost: {server.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
            f'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n'
            f'Sec-WebSocket-Protocol: visavis.v1\r\n\r\n').encode())
        head = self._read_until(b'\r\n\r\n')
        if b' 101 ' not in head.split(b'\r\n')[0]:
            raise Failure(f'{user}: {head!r}')
        self.ask('hello', token=token)

    def _read_until(self, end):
        while end not in self._rest:
            self._receive()
        head, self._rest = self._rest.split(end, 1)
        return head

    def _receive(self):
        data = self._socket.recv(1 << 16)
        if not data:
            raise Failure(f'{self.user}: the server closed the connection')
        self._rest += data

    def _read(self, size):
        while len(self._rest) < size:
            self._receive()
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def _send(self, opcode, data):
        size = len(data)
        length = bytes([0x80 | size]) if size < 126 else b'\xfe' + size.to_bytes(2, 'big')
        self._socket.sendall(bytes([0x80 | opcode]) + length + bytes(4) + data)

    def say(self, kind, **fields):
        self._last_id += 1
        self._send(1, json.dumps({'type': kind, 'id': self._last_id, **fields}).encode())
        return self._last_id

    def ask(self, kind, **fields):
        number = self.say(kind, **fields)
        answer = self.hear(lambda message: message.get('id') == number)
        if answer['type'] != 'ok':
            raise Failure(f'{self.user}: {kind}: {answer}')
        return answer

    def hear(self, wanted, timeout=30):
        """The next message for which wanted () is true; drops those before it."""
        deadline = time.monotonic() + timeout
        while True:
            self._socket.settimeout(max(deadline - time.monotonic(), 0.01))
            try:
                first, size = self._read(2)
                if size > 125:
                    size = int.from_bytes(self._read({126: 2, 127: 8}[size]), 'big')
                data = self._read(size)
            except socket.timeout:
                raise Failure(f'{self.user}: did not hear what was waited for') from None
            if first == 0x89:
                self._send(10, data)
            elif first == 0x81:
                message = json.loads(data)
                if wanted(message):
                    return message

    def hear_kind(self, kind, call=None, timeout=30):
        return self.hear(lambda message: message['type'] == kind
                         and (call is None or message.get('call') == call), timeout)

    def close(self):
        self._socket.close()
