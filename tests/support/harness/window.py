"""A real program, driven through its accessibility tree as by a screen reader.

In GTK 4.8 the action `click` of a button takes effect a quarter of a second later, so poll for the
result; rows and check buttons have no action and get a real pointer click; the text of a label is
its name.
"""

import os
import re
import signal
import subprocess
import time

from . import a11y
from .process import Failure, Process, until

# Roles whose name says everything, so that their children are not looked at.
CLOSED = ('list item', 'label', 'heading', 'image', 'scroll bar', 'status bar')


def _is_within(inner, outer):
    while inner is not None:
        if inner == outer:
            return True
        inner = inner.parent
    return False


def _matches(text, wanted):
    if wanted is None:
        return True
    text = text or ''
    return bool(wanted.search(text)) if isinstance(wanted, re.Pattern) else text == wanted


class Node:
    """One widget of a window."""

    def __init__(self, window, accessible):
        self.window = window
        self.accessible = accessible

    @property
    def name(self):
        return self.accessible.name

    @property
    def role(self):
        return self.accessible.role

    @property
    def description(self):
        return self.accessible.description

    @property
    def visible(self):
        return self.accessible.has_state(a11y.VISIBLE)

    @property
    def on_screen(self):
        """Whether it has extents in its window. Hidden pages are left out by walk()."""
        box = self.accessible.extents()
        # An empty text view may have no size.
        return box is not None and (box[2] > 0 or box[3] > 0 or self.role == 'text')

    @property
    def is_front_page(self):
        """Whether a page of a stack is the visible one. GTK 4.8 lists hidden pages too, as visible,
        so this asks the window which widget is at points of its area: one of this page, or of
        another."""
        content = next(self.children(), None)
        if content is None or not content.on_screen:
            return False
        x, y, width, height = content.accessible.extents()
        stack = top = self.accessible.parent
        while top.parent is not None:
            top = top.parent
        for row in (5, 3, 7, 1, 9):
            for column in (5, 3, 7, 1, 9):
                there = top.at(x + width * column // 10, y + height * row // 10)
                # A part without an accessible name, like the image in a button, gives no answer.
                if there is not None and there != stack and _is_within(there, stack):
                    return _is_within(there, self.accessible)
        return True

    @property
    def sensitive(self):
        return self.accessible.has_state(a11y.SENSITIVE)

    @property
    def pressed(self):
        return self.accessible.has_state(a11y.PRESSED) or self.accessible.has_state(a11y.CHECKED)

    @property
    def text(self):
        """The text of an entry or a text view; the name of other widgets."""
        text = self.accessible.text()
        return self.name if text is None else text

    @property
    def editable(self):
        return a11y.EDITABLE in self.accessible.interfaces

    def parent(self):
        return Node(self.window, self.accessible.parent)

    def children(self):
        for child in self.accessible.children:
            yield Node(self.window, child)

    def box(self):
        """x, y, width, height on the display; without a window manager windows are in its
        corner."""
        left, top, width, height = self.accessible.extents()
        x, y = self.window.position(self)
        return x + left, y + top, width, height

    def press(self):
        """Runs its action, or clicks it where it has none."""
        for index, action in enumerate(self.accessible.actions()):
            if action in ('click', 'activate', 'toggle'):
                self.accessible.do(index)
                return
        self.click()

    def click(self, button=1):
        """Clicks its middle with the pointer."""
        x, y, width, height = self.box()
        self.window.pointer(x + width // 2, y + height // 2, button)

    def write(self, text):
        self.accessible.write(text)

    def __str__(self):
        return f'{self.role} "{self.name}"'


class Window:
    """A running program and its widgets."""

    def __init__(self, name, command, desktop, display, env=None, network=None):
        self.name = name
        self.display = display
        env = dict(desktop.home(name), DISPLAY=display.number, **(env or {}))
        self.started = time.monotonic()
        self.process = Process(name, command, desktop.folder, env, network)
        self._root = None

    def describe_exit(self):
        """How it ended, and its output: either stream may have the reason."""
        return (f'{self.name} ended with status {self.process.popen.returncode}, '
                f'{time.monotonic() - self.started:.1f} s after its start:\n'
                f'{self.process.err()[-3000:]}{self.process.out()[-1000:]}{self._screen_end()}')

    def _screen_end(self):
        """GTK exits with 1 and prints nothing when the display is closed."""
        screen = self.display.process
        if screen.alive:
            return ''
        return f'its screen {self.display.number} had ended with {screen.popen.returncode}:\n{screen.err()[-1000:]}'

    # Widgets

    def root(self):
        """The application object on the accessibility bus."""
        if self._root is not None:
            return self._root

        def look():
            if not self.process.alive:
                raise Failure(self.describe_exit())
            # nsenter replaces itself by the program, so the pid is that of our child.
            return a11y.find_program(self.process.pid)
        self._root = Node(self, until(look, f'{self.name} on the accessibility bus', 30))
        return self._root

    def walk(self, node=None, thorough=False):
        """All widgets with their depth, depth first.

        To save calls, it leaves out the insides of rows and labels and the hidden pages of stacks,
        unless it is `thorough`.
        """
        root = (node or self.root()).accessible
        below = {}
        level = seen = a11y.look_at([root])
        while level:
            asked = []
            for here in level:
                below[here] = here.children if thorough or here == root or self._is_open(here) else []
                asked += below[here]
            level = [thing for thing in a11y.look_at(asked) if thing.has_state(a11y.VISIBLE)]
            seen = seen + level
        known = {thing: thing for thing in seen}
        stack = [(root, 0)]
        while stack:
            here, depth = stack.pop()
            if here in known:
                yield Node(self, known[here]), depth
                stack += [(child, depth + 1) for child in reversed(below[here])]

    def _is_open(self, thing):
        try:
            return thing.role not in CLOSED and not (
                thing.name == 'GtkStackPage' and not Node(self, thing.anew()).is_front_page)
        except a11y.Gone:
            return False

    def look_for(self, name=None, role=None, within=None, description=None):
        """The first widget of that name (a string or a compiled expression) and role, or None."""
        if not self.process.alive:
            raise Failure(self.describe_exit())
        for node, _ in self.walk(within):
            try:
                if (_matches(node.name, name) and (role is None or node.role == role)
                        and (description is None or node.description == description)
                        and node.on_screen):
                    return Node(self, node.accessible.anew())
            except a11y.Gone:
                continue
        return None

    def find(self, name=None, role=None, timeout=20.0, within=None):
        what = f'{self.name} sees {role or "something"} named {getattr(name, "pattern", name)!r}'
        return until(lambda: self.look_for(name, role, within), what, timeout, 0.05)

    def gone(self, name=None, role=None, timeout=20.0):
        what = f'{self.name} sees {role or "something"} named {getattr(name, "pattern", name)!r} go'
        until(lambda: self.look_for(name, role) is None, what, timeout, 0.05)

    def tree(self):
        lines = []
        for node, depth in self.walk():
            try:
                states = '' if node.sensitive else ' insensitive'
                lines.append('  ' * depth + f'{node}{states}'
                             + (f' — {node.description}' if node.description else ''))
            except a11y.Gone:
                continue
        return '\n'.join(lines)

    # Actions

    def press(self, name, role=None, timeout=20.0):
        def usable():
            node = self.look_for(name, role)
            return node if node is not None and node.sensitive else None
        what = f'{self.name} can press {getattr(name, "pattern", name)!r}'
        until(usable, what, timeout, 0.05).press()

    def write(self, name, text, timeout=20.0):
        """Writes into the widget of that name, or into the editable widget inside it."""
        def editable():
            for node, _ in self.walk():
                try:
                    if _matches(node.name, name) and node.on_screen:
                        for inner, _ in self.walk(node):
                            if inner.editable:
                                return Node(self, inner.accessible.anew())
                except a11y.Gone:
                    continue
            return None
        until(editable, f'{self.name} can write into {name!r}', timeout, 0.05).write(text)

    def _xdotool(self, *words):
        done = subprocess.run(['xdotool', *map(str, words)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=15,
                              env=dict(os.environ, DISPLAY=self.display.number))
        return done.stdout

    def pointer(self, x, y, button=1):
        self._xdotool('mousemove', x, y, 'click', button)

    def key(self, *keys):
        self._xdotool('key', *keys)

    def defocus(self):
        """Gives the focus to no window, for good: without a window manager nothing returns it."""
        self._xdotool('windowfocus', 0)

    def position(self, _node):
        """The position of a widget's window: without a window manager, the corner."""
        return 0, 0

    def centre(self, title):
        """Centres a window, as a window manager would."""
        for window in self._xdotool('search', '--onlyvisible', '--name', title).split():
            size = dict(line.split('=') for line in
                        self._xdotool('getwindowgeometry', '--shell', window).split() if '=' in line)
            self._xdotool('windowmove', window, (self.display.width - int(size['WIDTH'])) // 2,
                          (self.display.height - int(size['HEIGHT'])) // 2)
            time.sleep(0.3)  # for the screenshot of it

    def screenshot(self, path):
        return self.display.screenshot(path)

    # Ending

    def kill(self):
        self.process.kill()

    def close(self, timeout=20.0):
        """Ends it with SIGTERM; fails if it does not exit."""
        if self.process.alive and not self.process.stop(timeout):
            raise Failure(f'{self.name} did not end within {timeout:g} s of SIGTERM')
        code = self.process.popen.returncode
        if code not in (0, -signal.SIGTERM, -signal.SIGKILL, 128 + signal.SIGTERM):
            raise Failure(self.describe_exit())

    def complaints(self):
        return self.process.complaints()
