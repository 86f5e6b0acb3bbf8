#!/usr/bin/python3
"""ending-instance.py NAME METHOD [hang]: owns the app's name on the session bus, for what a second
start calls. When METHOD is called it exits instead of answering, or hangs."""

import os
import sys

from gi.repository import Gio, GLib

NAME, LAST = sys.argv[1:3]
HANGS = sys.argv[3:] == ['hang']

INTERFACES = '''<node><interface name='org.gtk.Actions'>
<method name='DescribeAll'><arg type='a{s(bgav)}' direction='out'/></method>
</interface><interface name='org.gtk.Application'>
<method name='Activate'><arg type='a{sv}' direction='in'/></method>
<method name='Open'><arg type='as' direction='in'/><arg type='s' direction='in'/>
<arg type='a{sv}' direction='in'/></method>
</interface></node>'''


def on_call(_bus, _sender, _path, _interface, method, _parameters, invocation):
    print(f'asked {method}', flush=True)
    if method == LAST:
        if HANGS:
            return
        os._exit(0)
    invocation.return_value(GLib.Variant('(a{s(bgav)})', ({},)) if method == 'DescribeAll' else None)


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    for interface in Gio.DBusNodeInfo.new_for_xml(INTERFACES).interfaces:
        bus.register_object('/' + NAME.replace('.', '/'), interface, on_call)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: print('ready', flush=True), None)
    GLib.MainLoop().run()


main()
