"""A network of one's own: the same on every machine, and ours to break.

A call needs an address that is not 127.0.0.1 (ICE leaves that one out), and a test that cuts the
network must not cut anybody else's. Both come from a network namespace: isolate() starts this
program again inside a new one, and each Host is one more, joined to it by a cable.
"""

import json
import os
import shutil
import subprocess
import sys

INSIDE = 'VISAVIS_TEST_NETWORK'
HUB = '10.77.0.1'
NO_ADDRESS = 'there is no address but 127.0.0.1, and no namespace to make one in'


def _ip(*words):
    subprocess.run(['ip', *words], check=True, stdin=subprocess.DEVNULL)


def isolate():
    """Starts this program again in a network of its own; where that is forbidden, goes on without.

    Returns True inside such a network.
    """
    if os.environ.get(INSIDE) == 'yes':
        _ip('link', 'set', 'lo', 'up')
        _ip('link', 'add', 'hub', 'type', 'bridge')
        _ip('addr', 'add', HUB + '/24', 'dev', 'hub')
        _ip('link', 'set', 'hub', 'up')
        # Without anything plugged in, the hub has no carrier and counts as down.
        _ip('link', 'add', 'hub-port', 'type', 'veth', 'peer', 'name', 'hub-peer')
        _ip('link', 'set', 'hub-port', 'master', 'hub', 'up')
        _ip('link', 'set', 'hub-peer', 'up')
        _ip('route', 'add', 'default', 'dev', 'hub')
        os.environ[INSIDE] = 'ready'
        return True
    if not shutil.which('ip') or not shutil.which('unshare'):
        return False
    # Nothing but the network: mounts cannot be had in a plain chroot, nor a user namespace.
    unshare = ['unshare', '--net'] + ([] if os.geteuid() == 0 else ['--map-root-user'])
    # The whole of isolate() is tried first, so that nothing is half done here.
    trial = 'ip link set lo up && ip link add hub type bridge && ' \
            'ip link add hub-port type veth peer name hub-peer'
    if subprocess.run(unshare + ['sh', '-c', trial], stdin=subprocess.DEVNULL,
                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
        return False
    sys.stdout.flush()
    os.environ[INSIDE] = 'yes'
    os.execvp(unshare[0], unshare + [sys.executable, *sys.argv])


def host_address():
    """An address of this computer that media can use: ICE leaves 127.0.0.1 out."""
    if not shutil.which('ip'):
        return None
    out = subprocess.run(['ip', '-j', '-4', 'addr', 'show', 'scope', 'global', 'up'],
                         capture_output=True, text=True, check=False).stdout
    for link in json.loads(out or '[]'):
        for address in link.get('addr_info', []):
            return address['local']
    return None


class Host:
    """A computer of its own on our network: Host ('ada', 2) has the address 10.77.0.2."""

    def __init__(self, name, number):
        self.name = name
        self.address = f'10.77.0.{number}'
        self.port = f'{name}-port'
        self._holder = subprocess.Popen(
            ['unshare', '--net', 'sh', '-c', 'echo here; exec sleep infinity'],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self._holder.stdout.readline()
        _ip('link', 'add', self.port, 'type', 'veth', 'peer', 'name', 'eth0',
            'netns', str(self._holder.pid))
        _ip('link', 'set', self.port, 'master', 'hub', 'up')
        self._run('ip', 'link', 'set', 'lo', 'up')
        self._run('ip', 'addr', 'add', self.address + '/24', 'dev', 'eth0')
        self._run('ip', 'link', 'set', 'eth0', 'up')
        self._run('ip', 'route', 'add', 'default', 'via', HUB)

    def _run(self, *words):
        subprocess.run(self.command(list(words)), check=True, stdin=subprocess.DEVNULL)

    def command(self, words):
        """The same command, run on this computer."""
        return ['nsenter', f'--net=/proc/{self._holder.pid}/ns/net', '--', *words]

    def see_only_the_hub(self):
        """As behind a firewall: no way to the others but through a relay on the hub."""
        _ip('link', 'set', self.port, 'type', 'bridge_slave', 'isolated', 'on')

    def pull_cable(self):
        _ip('link', 'set', self.port, 'down')

    def plug_cable(self):
        _ip('link', 'set', self.port, 'up')

    def close(self):
        self._holder.kill()
        self._holder.wait()
