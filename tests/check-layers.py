#!/usr/bin/env python3
"""Do all includes point down? See docs/architecture.md.

    check-layers.py TREE BUILD  lists every include that crosses a wall, and every include directory that
                                a layer is compiled with and must not see; exit status 1 if there is one
    check-layers.py --self-test shows that it can fail
"""

import json
import os
import re
import shlex
import sys
import tempfile

# A layer sees the headers of the layers named here, and its own.
SEES = {
    'core': [],
    'protocol': ['core'],
    'call': ['core', 'protocol'],
    'chat': ['core', 'protocol'],
    'chat/sqlite': ['core', 'protocol', 'chat'],
    'signaling': ['core', 'protocol'],
    'media': ['core', 'protocol', 'call'],
    'crypto': ['core'],
    'ui': ['core', 'call', 'chat'],
    'server': ['core', 'protocol', 'server/store/sqlite'],
    'server/store/rules': ['core', 'protocol', 'server'],
    'server/store/sqlite': ['core', 'protocol', 'server', 'server/store/rules'],
}
EVERYTHING = ['app']

# Policy is GLib alone: what these may not include, whoever offers it.
FOREIGN = re.compile(r'^(gtk/|adwaita|gst/|libsoup|sqlite3|sodium|libsecret|wslay|json-glib)')
MAY_INCLUDE = {
    'core': r'$^',
    'protocol': r'json-glib',
    'call': r'$^',
    'chat': r'$^',
    'chat/sqlite': r'sqlite3',
    'signaling': r'libsoup|json-glib',
    'media': r'gst/|gtk/',
    'crypto': r'sodium|libsecret',
    'ui': r'gtk/|adwaita',
    'server': r'libsoup|json-glib|sodium|wslay',
    'server/store/rules': r'$^',
    'server/store/sqlite': r'sqlite3|sodium',
}

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')


def layer_of(path):
    """The layer that owns a file below src: the longest name that fits."""
    folder = os.path.dirname(path)
    known = [layer for layer in list(SEES) + EVERYTHING
             if folder == layer or folder.startswith(layer + '/')]
    return max(known, key=len, default=None)


def sources(src):
    for folder, _, names in os.walk(src):
        for name in names:
            if name.endswith(('.c', '.h', '.inc')):
                yield os.path.relpath(os.path.join(folder, name), src)


def check(tree):
    src = os.path.join(tree, 'src')
    files = sorted(sources(src))
    owner = {}
    faults = []
    for path in files:
        name, layer = os.path.basename(path), layer_of(path)
        if layer is None:
            faults.append(f'src/{path}: belongs to no layer')
        elif name != 'main.c':
            if name in owner:
                faults.append(f'src/{path}: a file of this name is in {owner[name]} too')
            owner[name] = layer

    checked = 0
    for path in files:
        layer = layer_of(path)
        if layer is None or layer in EVERYTHING:
            continue
        with open(os.path.join(src, path), encoding='utf-8') as text:
            for number, line in enumerate(text, 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                checked += 1
                included = match.group(1)
                where = f'src/{path}:{number}'
                target = owner.get(os.path.basename(included))
                if target:
                    if target != layer and target not in SEES[layer]:
                        faults.append(f'{where}: {layer} must not see {target} ({included})')
                elif FOREIGN.match(included) and not re.match(MAY_INCLUDE[layer], included):
                    faults.append(f'{where}: {layer} must not see {included}')
    return len(files), checked, faults


def check_directories(tree, commands):
    """An include that crosses a wall must not compile: whose headers the compiler looks through for each file."""
    src = os.path.realpath(os.path.join(tree, 'src'))
    seen = {}
    for command in commands:
        path = os.path.relpath(os.path.realpath(os.path.join(command['directory'], command['file'])), src)
        layer = layer_of(path)
        if layer is None or path.startswith('..'):
            continue
        for word in shlex.split(command['command']):
            if word.startswith('-I'):
                folder = os.path.realpath(os.path.join(command['directory'], word[2:]))
                target = layer_of(os.path.join(os.path.relpath(folder, src), 'x'))
                if target:
                    seen.setdefault(layer, set()).add(target)
    return seen, [f'{layer} is compiled with the headers of {target}' for layer, targets in sorted(seen.items())
                  if layer not in EVERYTHING
                  for target in sorted(targets - {layer} - set(SEES[layer]))]


def self_test():
    """Plants one file for each kind of fault, and a clean one."""
    cases = [
        ({'call/vis-a.c': '#include "vis-b.h"\n', 'media/vis-b.h': ''}, 'call must not see media'),
        ({'ui/vis-a.c': '#include "vis-b.h"\n', 'protocol/vis-b.h': ''}, 'ui must not see protocol'),
        ({'server/vis-a.c': '#include "../chat/vis-b.h"\n', 'chat/vis-b.h': ''}, 'server must not see chat'),
        ({'chat/vis-a.h': '#include "vis-b.h"\n', 'chat/sqlite/vis-b.h': ''}, 'chat must not see chat/sqlite'),
        ({'server/store/rules/vis-a.c': '#include "vis-b.h"\n', 'server/store/sqlite/vis-b.h': ''},
         'server/store/rules must not see server/store/sqlite'),
        ({'server/store/rules/vis-a.h': '#include <sqlite3.h>\n'}, 'server/store/rules must not see sqlite3.h'),
        ({'server/vis-a.c': '#include <sqlite3.h>\n'}, 'server must not see sqlite3.h'),
        ({'server/store/sqlite/vis-a.c': '#include <sqlite3.h>\n#include "vis-b.h"\n',
          'server/store/rules/vis-b.h': '#include "vis-c.h"\n', 'server/store/vis-c.h': ''}, None),
        ({'core/vis-a.h': '  #  include <gst/gst.h>\n'}, 'core must not see gst/gst.h'),
        ({'other/vis-a.h': ''}, 'belongs to no layer'),
        ({'call/vis-a.h': '', 'chat/vis-a.h': ''}, 'a file of this name'),
        ({'signaling/vis-a.c': '', 'server/vis-a.c': ''}, 'a file of this name'),
        ({'app/main.c': '', 'server/main.c': ''}, None),
        ({'call/vis-a.c': '#include "vis-b.h"\n#include <glib.h>\n', 'core/vis-b.h': '',
          'app/main.c': '#include "vis-c.h"\n', 'media/vis-c.h': '#include <gst/gst.h>\n'}, None),
    ]
    for files, expected in cases:
        with tempfile.TemporaryDirectory() as tree:
            for path, text in files.items():
                path = os.path.join(tree, 'src', path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, 'w', encoding='utf-8') as out:
                    out.write(text)
            faults = check(tree)[2]
            if expected is None:
                assert not faults, faults
            else:
                assert len(faults) == 1 and expected in faults[0], (expected, faults)
    compiled = {'directory': '/b', 'file': '/t/src/ui/vis-a.c', 'command': 'cc -I/t/src/ui -I/t/src/core -I/usr/x'}
    assert check_directories('/t', [compiled])[1] == []
    compiled['command'] += ' -I../t/src/protocol'
    assert check_directories('/t', [compiled])[1] == ['ui is compiled with the headers of protocol']
    print(f'{len(cases) + 2} planted trees judged rightly')


def main():
    if sys.argv[1:] == ['--self-test']:
        self_test()
        return 0
    tree, build = sys.argv[1:]
    files, checked, faults = check(tree)
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as text:
        compiled, open_doors = check_directories(tree, json.load(text))
    for fault in faults + open_doors:
        print(fault)
    print(f'{files} files, {checked} includes, {len(faults)} that cross a wall; '
          f'{len(compiled)} layers compiled, {len(open_doors)} with headers that they must not see')
    return 1 if faults or open_doors or not checked or not compiled else 0


if __name__ == '__main__':
    sys.exit(main())
