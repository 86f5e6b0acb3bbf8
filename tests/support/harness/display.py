"""A virtual display whose framebuffer is a file: Xvfb writes one in the format of xwd."""

import contextlib
import fcntl
import mmap
import os
import socket
import struct
import time
import zlib

from .process import Failure, Process, until


def write_png(path, width, height, rows):
    """Writes rows of BGRX pixels as a PNG."""
    data = bytearray()
    for row in rows:
        data.append(0)
        line = bytearray(width * 3)
        line[0::3], line[1::3], line[2::3] = row[2::4], row[1::4], row[0::4]
        data += line

    def chunk(kind, body):
        return (struct.pack('>I', len(body)) + kind + body
                + struct.pack('>I', zlib.crc32(kind + body)))

    with open(path, 'wb') as png:
        png.write(b'\x89PNG\r\n\x1a\n'
                  + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
                  + chunk(b'IDAT', zlib.compress(bytes(data), 6)) + chunk(b'IEND', b''))


SOCKETS = '/tmp/.X11-unix'


def _is_taken(number):
    path = f'{SOCKETS}/X{number}'
    try:
        if os.stat(path).st_uid != os.geteuid():
            return True
        with socket.socket(socket.AF_UNIX) as client:
            client.setblocking(False)
            client.connect(path)
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    except OSError:
        pass
    return True


@contextlib.contextmanager
def free_number():
    """A free display number, reserved until the X server that takes it has started.

    An X server looks for a free number among the abstract sockets of its network namespace, and
    replaces the socket file of a server in another one. From a Host only the file is visible: the
    windows of two tests would be on each other's displays. The files are what all network
    namespaces of a computer share.
    """
    if not os.path.isdir(SOCKETS):
        os.makedirs(SOCKETS, exist_ok=True)
        os.chmod(SOCKETS, 0o1777)
    folder = os.open(SOCKETS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        # Far from the numbers of real displays; 59535 is the last that an X server takes.
        yield next(number for number in range(100, 59535) if not _is_taken(number))
    finally:
        os.close(folder)


class Display:
    def __init__(self, name, folder, width=1000, height=680):
        self.name = name
        frames = os.path.join(folder, f'{name}-screen')
        os.mkdir(frames)
        with free_number() as number:
            self.number = f':{number}'
            self._start(['-screen', '0', f'{width}x{height}x24', '-fbdir', frames], folder)
        path = os.path.join(frames, 'Xvfb_screen0')
        until(lambda: os.path.exists(path), 'the framebuffer')
        with open(path, 'rb') as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = struct.unpack('>25I', self._map[:100])
        self.width, self.height, self._stride = header[4], header[5], header[12]
        self._offset = header[0] + header[19] * 12
        if header[11] != 32:
            raise Failure(f'a screen of {header[11]} bits a pixel')

    def _start(self, options, folder):
        read, write = os.pipe()
        os.set_inheritable(write, True)
        self.process = Process(
            f'{self.name}-xvfb',
            ['Xvfb', self.number, '-displayfd', str(write), *options, '-nolisten', 'tcp', '-noreset'],
            folder, pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as answer:
            if not answer.readline().strip():
                raise Failure('Xvfb did not start:\n' + self.process.err())

    def rows(self, box=None):
        """The pixels (BGRX) of a box (x, y, width, height), row by row."""
        x, y, width, height = self._inside(box)
        for line in range(y, y + height):
            start = self._offset + line * self._stride + x * 4
            yield self._map[start:start + width * 4]

    def _inside(self, box):
        x, y, width, height = box or (0, 0, self.width, self.height)
        left, top = max(0, x), max(0, y)
        right, bottom = min(self.width, x + width), min(self.height, y + height)
        if right <= left or bottom <= top:
            raise Failure(f'{box} is not on the screen of {self.name}')
        return left, top, right - left, bottom - top

    def pixels(self, box=None):
        return b''.join(self.rows(box))

    def screenshot(self, path, box=None):
        x, y, width, height = self._inside(box)
        write_png(path, width, height, self.rows((x, y, width, height)))
        return path

    def count_frames(self, box, seconds, enough=None):
        """Counts different frames in the box, until there are `enough`."""
        last, frames = None, 0
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and frames != enough:
            # Every fourth row is enough to tell frames apart, and quick.
            now = zlib.crc32(b''.join(row for i, row in enumerate(self.rows(box)) if i % 4 == 0))
            if last is not None and now != last:
                frames += 1
            last = now
            time.sleep(0.008)
        return frames

    def share_of(self, colour, box, tolerance=20):
        """The share of the box that has about this colour (red, green, blue)."""
        pixels = self.pixels(box)
        red, green, blue = colour
        seen = alike = 0
        for i in range(0, len(pixels) - 3, 4 * 97):
            seen += 1
            alike += (abs(pixels[i] - blue) <= tolerance and abs(pixels[i + 1] - green) <= tolerance
                      and abs(pixels[i + 2] - red) <= tolerance)
        return alike / seen

    def close(self):
        self._map.close()
        self.process.stop(5)
