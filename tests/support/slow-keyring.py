#!/usr/bin/python3
"""slow-keyring.py SERVER USER: a Secret Service with one sign-in, which answers SearchItems only
after SIGUSR1."""

import signal
import sys

from gi.repository import Gio, GLib

ROOT = '/org/freedesktop/secrets'
ITEM = ROOT + '/collection/login/1'
SESSION = ROOT + '/session/1'
TEXT = f'[Sign-in]\nserver={sys.argv[1]}\nuser={sys.argv[2]}\ntoken={"a" * 43}\n'

SERVICE = '''<node><interface name='org.freedesktop.Secret.Service'>
<method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>
<arg type='v' direction='out'/><arg type='o' direction='out'/></method>
<method name='SearchItems'><arg type='a{ss}' direction='in'/>
<arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>
<method name='GetSecrets'><arg type='ao' direction='in'/><arg type='o' direction='in'/>
<arg type='a{o(oayays)}' direction='out'/></method>
</interface></node>'''
COLLECTION = '''<node><interface name='org.freedesktop.Secret.Collection'>
<method name='CreateItem'><arg type='a{sv}' direction='in'/><arg type='(oayays)' direction='in'/>
<arg type='b' direction='in'/><arg type='o' direction='out'/><arg type='o' direction='out'/></method>
</interface></node>'''

waiting = []


def answer(invocation):
    invocation.return_value(GLib.Variant('(aoao)', ([ITEM], [])))


def on_call(_bus, _sender, _path, _interface, method, parameters, invocation):
    if method == 'OpenSession':
        if parameters[0] != 'plain':
            invocation.return_dbus_error('org.freedesktop.DBus.Error.NotSupported', 'Only plain')
        else:
            invocation.return_value(GLib.Variant('(vo)', (GLib.Variant('s', ''), SESSION)))
    elif method == 'SearchItems':
        print('asked', flush=True)
        waiting.append(invocation)
    elif method == 'GetSecrets':
        secret = (SESSION, b'', TEXT.encode(), 'text/plain')
        invocation.return_value(GLib.Variant('(a{o(oayays)})', ({ITEM: secret},)))
    elif method == 'CreateItem':
        invocation.return_value(GLib.Variant('(oo)', (ITEM, '/')))


def release():
    while waiting:
        answer(waiting.pop())
    print('answered', flush=True)
    return True


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    for path, xml in ((ROOT, SERVICE), (ROOT + '/aliases/default', COLLECTION)):
        bus.register_object(path, Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0], on_call)
    Gio.bus_own_name_on_connection(bus, 'org.freedesktop.secrets', Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: print('ready', flush=True), None)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, release)
    GLib.MainLoop().run()


main()
