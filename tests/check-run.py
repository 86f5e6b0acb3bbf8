#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-run.py FOLDER LOG: are the pictures, the summary and the words of `./dev run` there and right?"""

import json
import os
import struct
import sys
import zlib

PICTURES = ['1-unread-grace'] + [f'{scene}-{user}' for scene in ('2-chat', '3-ringing', '4-call', '5-after')
                                 for user in ('ada', 'grace')]
# What is measured, and between which bounds it makes sense at all.
SUMMARY = {'seconds from Answer to a moving picture, at most': (0, 120),
           'different frames on the screen in 3 s': (2, 1000)}


def complaints(folder, log):
    with open(os.path.join(folder, 'summary.json'), encoding='utf-8') as text:
        summary = json.load(text)
    for user in ('ada', 'grace'):
        for what, (least, most) in SUMMARY.items():
            value = summary.get(f'{user}: {what}')
            if value is None or not least < value <= most:
                yield f'{user}: {what}: {value}'
            if f'  {user}: {what}: {value}\n' not in log:
                yield f'“{user}: {what}: {value}” was not said'
    if 'Pictures and summary: ' not in log:
        yield 'it did not say where the pictures are'
    for name in PICTURES:
        yield from flaws(os.path.join(folder, name + '.png'))


def flaws(path):
    """What is wrong with a picture of a window."""
    try:
        with open(path, 'rb') as file:
            png = file.read()
    except OSError as error:
        yield str(error)
        return
    width, height, depth, kind = struct.unpack('>IIBB', png[16:26])
    if png[:8] != b'\x89PNG\r\n\x1a\n' or width < 300 or height < 300 or (depth, kind) != (8, 2):
        yield f'{path}: {width}x{height}, {depth} bits, kind {kind}'
        return
    start = png.index(b'IDAT') - 4
    size = struct.unpack('>I', png[start:start + 4])[0]
    try:
        pixels = zlib.decompress(png[start + 8:start + 8 + size])
    except zlib.error as error:
        yield f'{path}: {error}'
        return
    colours = {pixels[i:i + 3] for y in range(0, height, 7)
               for i in range(y * (width * 3 + 1) + 1, (y + 1) * (width * 3 + 1) - 2, 21)}
    if len(colours) < 10:
        yield f'{path}: nothing but {len(colours)} colours'


def main():
    with open(sys.argv[2], encoding='utf-8', errors='replace') as text:
        log = text.read()
    found = list(complaints(sys.argv[1], log))
    print(*found, sep='\n', end='\n' if found else '')
    return bool(found)


if __name__ == '__main__':
    sys.exit(main())
