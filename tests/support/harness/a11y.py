"""AT-SPI over D-Bus, without libatspi.

Nothing is cached: libatspi's cache goes stale (GTK 4.8 does not emit all signals), and clearing it
crashes now and then.
"""

import functools

from .process import Failure

TIMEOUT_MS = 15000

REGISTRY = 'org.a11y.atspi.Registry'
ROOT = '/org/a11y/atspi/accessible/root'
NULL = '/org/a11y/atspi/null'
ACCESSIBLE = 'org.a11y.atspi.Accessible'
COMPONENT = 'org.a11y.atspi.Component'
ACTION = 'org.a11y.atspi.Action'
TEXT = 'org.a11y.atspi.Text'
EDITABLE = 'org.a11y.atspi.EditableText'

IN_WINDOW = 1  # AtspiCoordType

# AtspiStateType
CHECKED = 4
PRESSED = 20
SENSITIVE = 24
VISIBLE = 30

_bus = None


@functools.cache
def _role_name(role):
    """The AT-SPI name of a role, which screen readers use; GTK has other names."""
    import gi
    gi.require_version('Atspi', '2.0')
    from gi.repository import Atspi
    return Atspi.role_get_name(role)


class Gone(Exception):
    """The object is gone, or its program is too busy to answer."""


def _glib():
    from gi.repository import Gio, GLib
    return Gio, GLib


def _connect(address):
    gio, _ = _glib()
    flags = gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    return gio.DBusConnection.new_for_address_sync(address, flags, None, None)


def _call(bus, name, path, interface, method, arguments=None):
    gio, glib = _glib()
    try:
        return bus.call_sync(name, path, interface, method, arguments, None, gio.DBusCallFlags.NONE,
                             TIMEOUT_MS, None).unpack()
    except glib.Error as error:
        raise Gone(f'{interface}.{method}: {error.message}') from error


def bus():
    """The accessibility bus of the current desktop."""
    global _bus
    if _bus is None:
        gio, _ = _glib()
        session = gio.bus_get_sync(gio.BusType.SESSION, None)
        address, = _call(session, 'org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress')
        _bus = _connect(address)
    return _bus


def _gather(questions):
    """Makes many calls (accessible, interface, method, arguments) at once; None for those that
    fail.

    A busy program answers all pending calls in one iteration, so that is far quicker.
    """
    gio, glib = _glib()
    answers = [None] * len(questions)
    waiting = len(questions)

    def done(connection, result, index):
        nonlocal waiting
        waiting -= 1
        try:
            answers[index] = connection.call_finish(result).unpack()
        except glib.Error:
            pass

    for index, (thing, interface, method, arguments) in enumerate(questions):
        bus().call(thing.bus_name, thing.path, interface, method, arguments, None,
                   gio.DBusCallFlags.NONE, TIMEOUT_MS, None, done, index)
    while waiting:
        glib.MainContext.default().iteration(True)
    return answers


def look_at(things):
    """Copies of the objects with their name, description, role, state and children."""
    _, glib = _glib()
    every = glib.Variant('(s)', (ACCESSIBLE,))
    answers = _gather([question for thing in things for question in (
        (thing, 'org.freedesktop.DBus.Properties', 'GetAll', every),
        (thing, ACCESSIBLE, 'GetRole', None),
        (thing, ACCESSIBLE, 'GetState', None),
        (thing, ACCESSIBLE, 'GetChildren', None))])
    seen = []
    for index, thing in enumerate(things):
        properties, role, state, children = answers[4 * index:4 * index + 4]
        if None not in (properties, role, state, children):
            seen.append(Accessible(thing.bus_name, thing.path, {
                'name': properties[0]['Name'], 'description': properties[0]['Description'],
                'role': _role_name(role[0]), 'state': state[0][0] | state[0][1] << 32,
                'children': [Accessible(*child) for child in children[0] if child[1] != NULL]}))
    return seen


class Accessible:
    """One object; a property that is not in `known` is asked for each time."""

    def __init__(self, name, path, known=None):
        self.bus_name = name
        self.path = path
        self.known = known or {}

    def anew(self):
        return Accessible(self.bus_name, self.path)

    def __eq__(self, other):
        return other is not None and (self.bus_name, self.path) == (other.bus_name, other.path)

    def __hash__(self):
        return hash((self.bus_name, self.path))

    def call(self, interface, method, kinds=None, *values):
        _, glib = _glib()
        arguments = glib.Variant(kinds, values) if kinds else None
        return _call(bus(), self.bus_name, self.path, interface, method, arguments)

    def _get(self, interface, prop):
        value, = self.call('org.freedesktop.DBus.Properties', 'Get', '(ss)', interface, prop)
        return value

    @property
    def name(self):
        return self.known['name'] if self.known else self._get(ACCESSIBLE, 'Name')

    @property
    def description(self):
        return self.known['description'] if self.known else self._get(ACCESSIBLE, 'Description')

    @property
    def role(self):
        if self.known:
            return self.known['role']
        role, = self.call(ACCESSIBLE, 'GetRole')
        return _role_name(role)

    @property
    def interfaces(self):
        interfaces, = self.call(ACCESSIBLE, 'GetInterfaces')
        return interfaces

    @property
    def parent(self):
        name, path = self._get(ACCESSIBLE, 'Parent')
        return None if path == NULL or path == ROOT else Accessible(name, path)

    @property
    def children(self):
        if self.known:
            return self.known['children']
        children, = self.call(ACCESSIBLE, 'GetChildren')
        return [Accessible(name, path) for name, path in children if path != NULL]

    def has_state(self, state):
        if self.known:
            return bool(self.known['state'] >> state & 1)
        (low, high), = self.call(ACCESSIBLE, 'GetState')
        return bool((low | high << 32) >> state & 1)

    def extents(self):
        """x, y, width, height in its window; None without a place."""
        try:
            extents, = self.call(COMPONENT, 'GetExtents', '(u)', IN_WINDOW)
        except Gone:
            return None
        return extents

    def at(self, x, y):
        """The object at that point of this window; None without one."""
        try:
            (name, path), = self.call(COMPONENT, 'GetAccessibleAtPoint', '(iiu)', x, y, IN_WINDOW)
        except Gone:
            return None
        return None if path == NULL else Accessible(name, path)

    def actions(self):
        if ACTION not in self.interfaces:
            return []
        return [self.call(ACTION, 'GetName', '(i)', index)[0]
                for index in range(self._get(ACTION, 'NActions'))]

    def do(self, index):
        self.call(ACTION, 'DoAction', '(i)', index)

    def text(self):
        """Its text; None without the Text interface."""
        if TEXT not in self.interfaces:
            return None
        text, = self.call(TEXT, 'GetText', '(ii)', 0, self._get(TEXT, 'CharacterCount'))
        return text

    def write(self, text):
        done, = self.call(EDITABLE, 'SetTextContents', '(s)', text)
        if not done:
            raise Failure(f'“{self.name}” does not take what is written')


def find_program(pid):
    """The application object of a process on the bus, or None."""
    for program in Accessible(REGISTRY, ROOT).children:
        try:
            owner, = Accessible('org.freedesktop.DBus', '/org/freedesktop/DBus').call(
                'org.freedesktop.DBus', 'GetConnectionUnixProcessID', '(s)', program.bus_name)
        except Gone:
            continue
        if owner == pid:
            return program
    return None
