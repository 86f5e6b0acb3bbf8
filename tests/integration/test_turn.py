#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls over a real coturn with the server's credentials, both sides relay-only: UDP and TCP."""

import os
import shutil
import socket

from chromium import Chromium, find
from harness.process import Process, until
from harness.report import skip_all, step
from scene import main

SECRET = 'a secret that coturn and visavisd share'


class Coturn:
    def __init__(self, scene):
        self.port = self._free_port(scene.address)
        self.process = Process('coturn', [
            shutil.which('turnserver'), '--no-cli', '--no-tls', '--no-dtls', '--fingerprint',
            '--listening-ip', scene.address, '--relay-ip', scene.address,
            '--listening-port', str(self.port), '--realm', 'visavis.test', '--use-auth-secret',
            '--static-auth-secret', SECRET, '--log-file', 'stdout', '--simple-log',
            '--pidfile', os.path.join(scene.where, 'coturn.pid'),
            '--db', os.path.join(scene.where, 'coturn.db')], scene.where)

        def listens():
            try:
                socket.create_connection((scene.address, self.port), 1).close()
                return True
            except OSError:
                return False
        until(listens, 'coturn listens')

    @staticmethod
    def _free_port(address):
        with socket.socket() as one:
            one.bind((address, 0))
            return one.getsockname()[1]

    def close(self):
        self.process.kill()

    def tcp_clients(self):
        """How many clients are connected over TCP: ESTABLISHED rows of /proc/net/tcp on coturn's
        port."""
        with open('/proc/net/tcp', encoding='ascii') as table:
            rows = [line.split() for line in table.readlines()[1:]]
        return sum(row[3] == '01' and int(row[1].split(':')[1], 16) == self.port for row in rows)


def cases(scene):
    if not shutil.which('turnserver'):
        skip_all('there is no coturn')
    coturn = Coturn(scene)
    scene.closing.append(coturn)
    secret_file = os.path.join(scene.where, 'turn-secret')
    with open(secret_file, 'w', encoding='utf-8') as out:
        out.write(SECRET + '\n')

    def serve(transport):
        scene.serve('--turn', f'turn:{scene.address}:{coturn.port}?transport={transport}',
                    '--turn-secret-file', secret_file)

    def between_ourselves(transport):
        serve(transport)
        env = {'VISAVIS_RELAY_ONLY': '1'}
        ada = scene.headless_peer('ada', env=env)
        grace = scene.headless_peer('grace', env=env)
        ada.call('grace')
        grace.wait(state='ringing')
        grace.answer()
        for end in (ada, grace):
            stats = end.wait_stats(
                lambda stats: stats['frames-decoded'] > 30 and stats['audio-decoded'] > 30
                and stats['shown'] > 0, timeout=30)
            step(f'{end.user}: {stats["frames-decoded"]:.0f} pictures, path {stats["path"]}, '
                 f'round trip {stats["rtt-ms"]:.1f} ms')
            assert stats['path'] == 'relay', 'the path is no relay'
        clients = coturn.tcp_clients()
        assert (clients >= 2) == (transport == 'tcp'), f'{clients} connections over TCP'
        ada.hang_up()
        for end in (ada, grace):
            end.wait(state='idle')
            scene.stop(end)

    def with_browser(transport):
        serve(transport)
        browser = Chromium(scene.where)
        scene.closing.append(browser)
        ada = scene.headless_peer('ada', env={'VISAVIS_RELAY_ONLY': '1'})
        grace = browser.start(scene.server.url, 'grace', scene.token('grace'), relayOnly=True)
        assert grace.hello['ice_servers'][0]['username'].split(':')[1] == 'grace'
        ada.call('grace')
        grace.wait(state='ringing')
        grace.answer()
        stats = grace.wait(lambda stats: stats['framesDecoded'] > 30 and stats['audioPackets'] > 30,
                           timeout=30)
        step(f'Chromium: {stats["framesDecoded"]} pictures, path {stats.get("path")}')
        assert all(end.startswith('relay/') for end in stats['path'])
        ada.wait_stats(lambda stats: stats['frames-decoded'] > 30 and stats['path'] == 'relay')
        ada.hang_up()
        grace.wait(state='idle')
        scene.stop(ada)

    return [('over UDP', lambda: between_ourselves('udp')),
            ('over TCP', lambda: between_ourselves('tcp')),
            *([('with a browser', lambda: with_browser('udp'))] if find() else [])]


main(cases)
