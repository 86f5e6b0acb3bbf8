# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine in the middle: forwards a WebSocket connection and rewrites its text frames.

    with Relay (server_port, down=tamper) as relay:   # frames from the server to the client
        url = f'ws://127.0.0.1:{relay.port}/v1/socket'
"""

import os
import re
import socket
import struct
import threading

FINGERPRINT = re.compile(rb'(a=fingerprint:sha-256 )((?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})')


def tamper(text):
    """Replaces the fingerprint in each SDP, as an attacker would by that of another certificate."""
    return FINGERPRINT.sub(lambda match: match.group(1) + b':'.join([b'01'] * 32), text)


def untouched(text):
    return text


class Relay:
    def __init__(self, server_port, up=untouched, down=untouched, host='127.0.0.1'):
        self.server = (host, server_port)
        self.up, self.down = up, down
        self.changed = 0
        self._sockets = []
        self._listener = socket.create_server((host, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for one in [self._listener, *self._sockets]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.server)
            self._sockets += [client, server]
            threading.Thread(target=self._pass, args=(client, server, self.up), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, self.down), daemon=True).start()

    def _pass(self, source, target, rewrite):
        try:
            reader = source.makefile('rb')
            # The opening handshake, unchanged.
            while True:
                line = reader.readline()
                target.sendall(line)
                if line in (b'\r\n', b''):
                    break
            while self._pass_frame(reader, target, rewrite):
                pass
        except (OSError, ValueError):
            pass
        finally:
            for one in (source, target):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _pass_frame(self, reader, target, rewrite):
        """Forwards one frame (RFC 6455, section 5.2)."""
        head = reader.read(2)
        if len(head) < 2:
            return False
        length, masked = head[1] & 0x7f, head[1] & 0x80
        if length == 126:
            length = struct.unpack('>H', reader.read(2))[0]
        elif length == 127:
            length = struct.unpack('>Q', reader.read(8))[0]
        mask = reader.read(4) if masked else None
        payload = reader.read(length)
        if len(payload) < length:
            return False
        if masked:
            payload = _mask(payload, mask)
        if head[0] & 0x0f == 1:
            rewritten = rewrite(payload)
            self.changed += rewritten != payload
            payload = rewritten
        if masked:
            mask = os.urandom(4)
            payload = mask + _mask(payload, mask)
            length = len(payload) - 4
        else:
            length = len(payload)
        if length < 126:
            size = struct.pack('>B', masked | length)
        elif length < 1 << 16:
            size = struct.pack('>BH', masked | 126, length)
        else:
            size = struct.pack('>BQ', masked | 127, length)
        target.sendall(head[:1] + size + payload)
        return True


def _mask(data, mask):
    return bytes(byte ^ mask[index & 3] for index, byte in enumerate(data))
