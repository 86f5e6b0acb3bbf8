"""A desktop for tests: folders, a session bus, the accessibility bus."""

import os
import re
import shutil
import tempfile

from .display import Display
from .process import Failure, Process, until

BUS_CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''


# Variables that the real desktop sets for all programs.
LEAKS_IN = re.compile(
    r'WAYLAND_|DESKTOP_SESSION$|XDG_CURRENT_DESKTOP$|DBUS_SESSION_BUS_ADDRESS$|XAUTHORITY$|XMODIFIERS$'
    r'|(G[DST]K|AT_SPI|MESA|LIBGL|GALLIUM|EGL|__EGL|__GLX)_|NO_AT_BRIDGE$')

# Rendering must not depend on this computer's graphics, nor the leak check on their drivers. GDK
# asks for GL even where the renderer does not use it.
WITHOUT_GL = {'GDK_DEBUG': 'gl-disable', 'GSK_RENDERER': 'cairo'}
WITH_GL = {'GSK_RENDERER': 'gl', 'LIBGL_ALWAYS_SOFTWARE': 'true', 'GALLIUM_DRIVER': 'llvmpipe'}


class Desktop:
    """One for each test program, since a process can use only one accessibility bus."""

    def __init__(self, keep=None, gl=False, **size):
        self.folder = keep or tempfile.mkdtemp(prefix='visavis-desktop-')
        self._temporary = keep is None
        os.makedirs(self.folder, exist_ok=True)
        self._children = []
        self._displays = []
        self._size = size
        self._drawing = WITH_GL if gl else WITHOUT_GL
        self.closing = []

    def __enter__(self):
        runtime = self._dir('run', 0o700)
        services = self._dir('services')
        self._add_a11y_service(services)
        config = os.path.join(self.folder, 'session.conf')
        socket = os.path.join(runtime, 'bus')
        with open(config, 'w', encoding='utf-8') as out:
            out.write(BUS_CONFIG.format(socket=socket, services=services))
        # The tests must not depend on the environment of whoever runs them.
        for name in list(os.environ):
            if LEAKS_IN.match(name):
                del os.environ[name]
        os.environ.update(
            XDG_RUNTIME_DIR=runtime, DBUS_SESSION_BUS_ADDRESS=f'unix:path={socket}',
            GDK_BACKEND='x11', LC_ALL='C.UTF-8', LANGUAGE='C',
            GSETTINGS_BACKEND='keyfile', **self._drawing, **self._home('tester'))
        display = self.display('desk', **self._size)
        os.environ['DISPLAY'] = display.number
        bus = Process('dbus', ['dbus-daemon', '--nofork', '--nopidfile', f'--config-file={config}'],
                      self.folder)
        self._children.append(bus)
        until(lambda: os.path.exists(socket) or not bus.alive, 'the session bus')
        if not bus.alive:
            raise Failure('dbus-daemon: ' + bus.err())
        return self

    def _dir(self, name, mode=0o755):
        path = os.path.join(self.folder, name)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
        return path

    @staticmethod
    def _add_a11y_service(services):
        stock = '/usr/share/dbus-1/services/org.a11y.Bus.service'
        with open(stock, encoding='utf-8') as text:
            command = re.search(r'^Exec=(.*)$', text.read(), re.MULTILINE).group(1)
        with open(os.path.join(services, 'org.a11y.Bus.service'), 'w', encoding='utf-8') as out:
            out.write(f'[D-BUS Service]\nName=org.a11y.Bus\nExec={command}\n')

    def _home(self, name):
        home = self._dir('home-' + name)
        # The font that GNOME sets.
        with open(os.path.join(self._dir(f'home-{name}/.config/gtk-4.0'), 'settings.ini'), 'w',
                  encoding='utf-8') as out:
            out.write('[Settings]\ngtk-font-name=Cantarell 11\n')
        return {'HOME': home,
                'XDG_CONFIG_HOME': os.path.join(home, '.config'),
                'XDG_DATA_HOME': os.path.join(home, '.local/share'),
                'XDG_STATE_HOME': os.path.join(home, '.local/state'),
                'XDG_CACHE_HOME': os.path.join(home, '.cache')}

    def home(self, name):
        """The environment of a user with a separate home."""
        return self._home(name)

    def display(self, name, **size):
        display = Display(name, self.folder, **size)
        self._displays.append(display)
        return display

    def __exit__(self, *error):
        for close in reversed(self.closing):
            close()
        for child in reversed(self._children):
            child.stop(5)
        for display in self._displays:
            display.close()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)
