"""A user of Visavis: opens chats, writes, calls. Logs what they do, checks what is shown."""

import os
import re
import subprocess

from .process import Failure, until
from .report import complain, step
from .server import PASSWORD
from .window import Window

RUNNING_TIME = re.compile(r'^\d+:\d\d(:\d\d)?$')
CALLING = re.compile(r'^(Calling|Ringing)…')
DARK = (0x14, 0x14, 0x17)  # the background without a picture
BLUE, RED = (0x35, 0x84, 0xe4), (0xe0, 0x1b, 0x24)  # suggested and destructive buttons
RECONNECTING = re.compile(r'^Reconnecting…')


class Person:
    def __init__(self, name, build, desktop, network=None, device=''):
        """device: suffix for a second computer of the same person, with a separate home."""
        self.name = f'{name} ({device})' if device else name
        self.user = name.lower()
        self.profile = self.user + device
        self.build = build
        self.desktop = desktop
        self.network = network
        self.display = desktop.display(self.profile)
        self.window = None

    # Opening and closing

    def open(self, server, options=(), **env):
        """Opens the app, signed in without the dialog."""
        step(f'{self.name} opens Visavis')
        self._start(['--server', server.url, '--user', self.user, *options],
                    dict(VISAVIS_PASSWORD=PASSWORD, **env))
        return self

    def open_for_the_first_time(self, options=()):
        step(f'{self.name} opens Visavis for the first time')
        self._start(options, {})
        return self

    def _start(self, options, env):
        command = [os.path.join(self.build, 'src/app/visavis'), '--profile', self.profile,
                   '--camera=test', '--microphone=test', *options]
        env = dict(GSETTINGS_SCHEMA_DIR=os.path.join(self.build, 'data'), **env)
        self.window = Window(self.profile, command, self.desktop, self.display, env, self.network)

    def start_again(self, *links):
        """Starts the app once more, which activates the running instance; returns the
        CompletedProcess."""
        env = dict(os.environ, GSETTINGS_SCHEMA_DIR=os.path.join(self.build, 'data'),
                   DISPLAY=self.display.number, **self.desktop.home(self.profile))
        return subprocess.run([os.path.join(self.build, 'src/app/visavis'), '--profile', self.profile, *links],
                              env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=30)

    def open_link(self, link):
        """Opens a link, as from another program: it goes to the running instance."""
        done = self.start_again(link)
        if done.returncode != 0:
            raise Failure(f'the second start said: {done.stderr}')

    def sign_in(self, server):
        """Fills in the dialog."""
        step(f'{self.name} signs in')
        self.window.write('Server', server.url)
        self.window.write('User name', self.user)
        self.window.write('Password', PASSWORD)
        self.window.press('Sign in')

    def register(self, server):
        """Creates an account in the same dialog."""
        step(f'{self.name} makes an account')
        self.window.press('Create account')
        self.window.write('Your name (optional)', self.name)
        self.window.write('Server', server.url)
        self.window.write('User name', self.user)
        self.window.write('Password', PASSWORD)
        self.window.press('Create account')

    def written(self, name):
        """The text of an entry."""
        for node, _ in self.window.walk(self.window.find(name)):
            if node.editable:
                return node.text
        return None

    def close(self):
        if self.window is not None:
            self.window.close()

    # Chats

    def _rows(self, expression):
        """Looks for a row of the chat list; its accessible name has the user, unread and
        presence."""
        chats = self.window.look_for('Chats', 'list')
        return chats and self.window.look_for(re.compile(expression), 'list item', within=chats)

    def row(self, other):
        return until(lambda: self._rows(rf'^{other}\b'), f'{self.name} sees {other} in the list', 20, 0.1)

    def sees_online(self, other, timeout=30):
        until(lambda: self._rows(rf'^{other}\b.*, online'), f'{self.name} sees {other} online', timeout, 0.1)
        step(f'{self.name} sees that {other} is online')

    def open_chat(self, other):
        step(f'{self.name} opens the chat with {other}')
        self.row(other).press()
        self.window.find('Message')

    def say(self, text):
        step(f'{self.name} writes: {text}')
        self.window.write('Message', text)
        self.window.press('Send')
        self.reads(text)

    def reads(self, text, timeout=20):
        return self.window.find(re.compile(re.escape(text)), timeout=timeout)

    def unread(self, other):
        match = re.search(r'(\d+) unread', self.row(other).name)
        return int(match.group(1)) if match else 0

    def sees_unread(self, other, count):
        until(lambda: self.unread(other) == count,
              f'{self.name} sees {count} unread of {other} (sees {self.unread(other)})', 20, 0.1)
        step(f'{self.name} sees {count or "nothing"} unread of {other}')

    def badge(self, other):
        """The unread badge in a user's row; None without one."""
        row = self.row(other)
        for node, _ in self.window.walk(row, thorough=True):
            if node.role == 'label' and node.name.isdigit() and node.on_screen:
                return node.name
        return None

    def looks_elsewhere(self):
        """Takes the focus from the window: without it there are notifications."""
        self.window.defocus()

    def asks_for(self, other):
        step(f'{self.name} asks for {other}')
        self.window.press('New chat')
        self.window.write('User name', other.lower())
        self.window.press('Send request')
        until(lambda: self._rows(rf'^{other}\b'), f'{self.name} sees {other} in the list', 20, 0.1)

    def accepts(self, other):
        until(lambda: self._rows(rf'^{other}\b.*wants to talk'), f'{self.name} sees the request', 20, 0.1)
        step(f'{self.name} accepts {other}')
        self.row(other).press()
        self.window.press('Accept')

    # Calls

    def call(self, other):
        step(f'{self.name} calls {other}')
        self.window.press('Video call', 'push button')
        self.window.find(CALLING)

    def rings(self, timeout=20):
        self.window.find('Answer', timeout=timeout)
        step(f'It rings at {self.name}')

    def shows_ringing(self):
        """Centres the ringing window, as a window manager would."""
        self.window.centre('Incoming call')

    def answer(self):
        step(f'{self.name} answers')
        self.window.press('Answer')

    def decline(self):
        step(f'{self.name} declines')
        self.window.press('Decline')

    def hang_up(self):
        step(f'{self.name} hangs up')
        self.window.press('Hang up')

    def in_call(self, timeout=40):
        self.window.find(RUNNING_TIME, timeout=timeout)

    def sees(self, words, timeout=20):
        node = self.window.find(words, timeout=timeout)
        step(f'{self.name} sees: {node.name}')
        return node

    def _shows(self, name, colour):
        """The button if it is painted: a page that is being hidden may still be in the tree."""
        button = self.window.look_for(name, 'push button')
        return button if button and self.display.share_of(colour, button.box()) > 0.3 else None

    def back_from_call(self, words=None, timeout=30):
        """Waits for the end of the call; words: what the window has to say about it. Returns all
        that it says."""
        said = []
        looks = 0

        def back():
            nonlocal looks
            looks += 1
            again = self._shows('Call again', BLUE)
            if again is not None:  # the ended call's page says why, until it is dismissed
                said.extend(sibling.name for sibling in again.parent().parent().children())
                for sibling in again.parent().children():
                    if sibling.name == 'Dismiss':
                        sibling.press()
                looks = 0
            elif (self._shows('Hang up', RED) or self._shows('Decline', RED)
                  or self.window.look_for('Video call', 'push button') is None):
                looks = 0
            # Pages cross-fade: what is found once may be disappearing.
            return looks >= 2
        until(back, f'{self.name} is back at the chats', timeout, 0.3)
        if words is not None and not any(words.search(line) for line in said):
            raise Failure(f'{self.name} was told {said}, not {words.pattern!r}')
        step(f'{self.name} is back at the chats' + (f' (told: {", ".join(filter(None, said))})' if said else ''))
        return said

    def picture_box(self):
        """The part of the remote picture above the local one; None if there is none."""
        picture = self.window.look_for(description='Picture of the other side')
        if picture is None:
            return None
        x, y, width, height = picture.box()
        own = self.window.look_for(description='Your own picture')
        if own is not None:
            height = min(height, own.box()[1] - y)
        # Away from the edges: a title may cover the upper one.
        return x, y + height // 5, width, height * 3 // 4

    def frames_seen(self, seconds):
        box = self.picture_box()
        return self.display.count_frames(box, seconds) if box else 0

    def _sees_motion(self):
        box = self.picture_box()
        return (box and self.display.share_of(DARK, box) < 0.4
                and self.display.count_frames(box, 5, enough=3) == 3)

    def sees_moving_picture(self, timeout=90):
        """Waits for new frames that fill the area, which a spinner on the dark background does not.
        How many there are in a second depends on the machine: with sanitizers and under load a
        few."""
        until(self._sees_motion, f'{self.name} sees a moving picture', timeout, 0)
        step(f'{self.name} sees the other one move')

    def sees_no_picture(self, timeout=20):
        def dark():
            box = self.picture_box()
            return box is None or self.display.share_of(DARK, box) > 0.6
        until(dark, f'{self.name} sees no picture', timeout, 0.1)

    # Screenshots and failures

    def screenshot(self, folder, what):
        os.makedirs(folder, exist_ok=True)
        return self.display.screenshot(os.path.join(folder, f'{what}-{self.profile}.png'))

    def complaints(self):
        return self.window.complaints() if self.window else []

    def tell(self, folder):
        """Prints what helps to understand a failure."""
        if self.window is None:
            return
        complain(f'{self.name} shows (picture: {self.screenshot(folder, "failed")}):')
        tree = self.window.tree() if self.window.process.alive else '(it has ended)'
        for line in (tree + '\n' + self.window.process.err()[-4000:]).splitlines():
            complain('  ' + line)


def close_all(people, server):
    """Ends everything with SIGTERM; fails if any of them has complaints."""
    faults = []
    for one in (*people, server):
        try:
            one.stop() if hasattr(one, 'stop') else one.close()
        except Failure as failure:
            faults.append(str(failure))
        faults += one.complaints()
    if faults:
        raise Failure('complaints:\n' + '\n'.join(faults))
