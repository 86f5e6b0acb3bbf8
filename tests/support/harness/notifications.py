"""A notification service (org.freedesktop.Notifications) that records what is shown."""

import os
import threading

from .process import Failure, until

XML = '''<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
</interface></node>'''


class Notifications:
    """Runs on its own D-Bus connection and thread, until it is closed."""

    def __init__(self):
        from gi.repository import Gio, GLib
        self._glib = GLib
        self.shown = {}  # number: (title, body)
        self._count = 0
        self._context = GLib.MainContext()
        self._loop = GLib.MainLoop(self._context)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(Gio,), daemon=True)
        self._failed = None
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            raise self._failed

    def _run(self, gio):
        self._context.push_thread_default()
        try:
            bus = self._own_name(gio)
        except Exception as error:  # raised in __init__
            self._failed = error
            return
        finally:
            self._ready.set()
        self._loop.run()
        bus.close_sync(None)
        self._context.pop_thread_default()

    def _own_name(self, gio):
        flags = gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        bus = gio.DBusConnection.new_for_address_sync(os.environ['DBUS_SESSION_BUS_ADDRESS'], flags, None, None)
        interface = gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
        bus.register_object('/org/freedesktop/Notifications', interface, self._on_call, None, None)
        owner = bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                              self._glib.Variant('(su)', ('org.freedesktop.Notifications', 0)), None,
                              gio.DBusCallFlags.NONE, -1, None).unpack()[0]
        if owner != 1:
            raise Failure(f'another program has the name of the notification service ({owner})')
        return bus

    def _on_call(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        if method == 'Notify':
            _, replaced, _, title, body, *_ = arguments.unpack()
            if replaced == 0:
                self._count += 1
                replaced = self._count
            self.shown[replaced] = (title, body)
            invocation.return_value(self._glib.Variant('(u)', (replaced,)))
        else:
            self.shown.pop(arguments.unpack()[0], None)
            invocation.return_value(None)

    def find(self, title, body, timeout=20.0):
        until(lambda: (title, body) in list(self.shown.values()),
              f'a notification “{title}”: “{body}” (there are {self.shown})', timeout)

    def gone(self, title, timeout=20.0):
        until(lambda: all(title != there for there, _ in list(self.shown.values())),
              f'the notification of {title} goes', timeout)

    def close(self):
        self._loop.quit()
        self._thread.join(5)
