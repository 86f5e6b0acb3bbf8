"""Network namespaces: the same network on every machine, which tests may break.

A call needs an address other than 127.0.0.1, which ICE leaves out, and a test that cuts the network
must not cut the host's. isolate() starts this program again in a new network namespace, and each
Host is one more, connected to it by a veth pair.
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
    """Starts this program again in a network namespace; where that is forbidden, returns without
    one.

    Returns True inside the namespace.
    """
    if os.environ.get(INSIDE) == 'yes':
        _ip('link', 'set', 'lo', 'up')
        _ip('link', 'add', 'hub', 'type', 'bridge')
        _ip('addr', 'add', HUB + '/24', 'dev', 'hub')
        _ip('link', 'set', 'hub', 'up')
        # A bridge without a port has no carrier and counts as down.
        _ip('link', 'add', 'hub-port', 'type', 'veth', 'peer', 'name', 'hub-peer')
        _ip('link', 'set', 'hub-port', 'master', 'hub', 'up')
        _ip('link', 'set', 'hub-peer', 'up')
        _ip('route', 'add', 'default', 'dev', 'hub')
        os.environ[INSIDE] = 'ready'
        return True
    if not shutil.which('ip') or not shutil.which('unshare'):
        return False
    # Only the network: mounts are forbidden in a plain chroot and in a user namespace.
    unshare = ['unshare', '--net'] + ([] if os.geteuid() == 0 else ['--map-root-user'])
    # Everything that isolate() does is tried first, so that it can't fail halfway.
    trial = 'ip link set lo up && ip link add hub type bridge && ' \
            'ip link add hub-port type veth peer name hub-peer'
    if subprocess.run(unshare + ['sh', '-c', trial], stdin=subprocess.DEVNULL,
                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
        return False
    sys.stdout.flush()
    os.environ[INSIDE] = 'yes'
    os.execvp(unshare[0], unshare + [sys.executable, *sys.argv])


def host_address():
    """An address of this computer for media: ICE leaves 127.0.0.1 out."""
    if not shutil.which('ip'):
        return None
    out = subprocess.run(['ip', '-j', '-4', 'addr', 'show', 'scope', 'global', 'up'],
                         capture_output=True, text=True, check=False).stdout
    for link in json.loads(out or '[]'):
        for address in link.get('addr_info', []):
            return address['local']
    return None


class Host:
    """A simulated computer on the network: Host ('ada', 2) has the address 10.77.0.2."""

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
        """The command that runs `words` on this host."""
        return ['nsenter', f'--net=/proc/{self._holder.pid}/ns/net', '--', *words]

    def see_only_the_hub(self):
        """Isolates the port, like a firewall: others are reachable only through a relay on the
        hub."""
        _ip('link', 'set', self.port, 'type', 'bridge_slave', 'isolated', 'on')

    def pull_cable(self):
        _ip('link', 'set', self.port, 'down')

    def plug_cable(self):
        _ip('link', 'set', self.port, 'up')

    def close(self):
        self._holder.kill()
        self._holder.wait()
