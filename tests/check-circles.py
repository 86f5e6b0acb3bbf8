#!/usr/bin/env python3
"""Do two files of one layer need each other? Reads who defines and who calls what from the object files.

    check-circles.py TREE BUILD   lists every circle of files inside a layer, and of folders where they have an
                                  order; exit status 1 if there is one
    check-circles.py --self-test  shows that it can fail
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# Circles that are still to be opened: one file of each, and of how many it is. They may only shrink, and here too.
KNOWN = {
}

# The layers whose folders need each other in one direction only, also where a folder is a layer of its own.
ORDERED = {'server'}

# nm -A -P: FILE: NAME TYPE…; what is local has a small letter, what is needed from elsewhere is U.
SYMBOL = re.compile(r'^(.+): (\w+) ([A-Z])\b')


def layer_of():
    spec = importlib.util.spec_from_file_location('layers', os.path.join(HERE, 'check-layers.py'))
    layers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(layers)
    return layers.layer_of


def symbols(objects):
    """{file: (defined, needed)} of {file: object file}."""
    path_of = {name: path for path, name in objects.items()}
    found = {path: (set(), set()) for path in objects}
    listing = subprocess.run(['nm', '-A', '-P', *path_of], check=True, capture_output=True, text=True).stdout
    for name, symbol, kind in (match.groups() for match in map(SYMBOL.match, listing.splitlines()) if match):
        found[path_of[name]][kind == 'U'].add(symbol)
    return found


def arrows(found):
    """{file: files that define what it needs}, within what is given."""
    home = {name: path for path, (defined, _) in found.items() for name in defined}
    return {path: {home[name] for name in needed if name in home} - {path}
            for path, (_, needed) in found.items()}


def between_folders(graph, layer):
    """The same arrows between the folders of a layer; a file beside them stands for itself."""
    def place(path):
        folder = os.path.dirname(path)
        return path if folder == layer else folder

    contracted = {place(path): set() for path in graph}
    for path, targets in graph.items():
        contracted[place(path)] |= {place(target) for target in targets} - {place(path)}
    return contracted


def circles(graph):
    """The strongly connected components of more than one file (Tarjan 1972)."""
    index, low, stack, result = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(graph[node]):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            at = stack.index(node)
            result.append(sorted(stack[at:]))
            del stack[at:]

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return [component for component in result if len(component) > 1]


def check(objects, layer):
    """Every circle among {file below src: object file}, layer by layer."""
    found = symbols(objects)
    layers = {}
    for path in found:
        name = next((name for name in ORDERED if path.startswith(name + '/')), layer(path))
        layers.setdefault(name, {})[path] = found[path]
    result = []
    for name in sorted(layers):
        graph = arrows(layers[name])
        result += circles(graph)
        if name in ORDERED:
            result += [circle for circle in circles(between_folders(graph, name)) if circle not in result]
    return result


def compiled(tree, build):
    src = os.path.realpath(os.path.join(tree, 'src'))
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as text:
        commands = json.load(text)
    objects = {}
    for command in commands:
        path = os.path.relpath(os.path.realpath(os.path.join(command['directory'], command['file'])), src)
        if not path.startswith('..'):
            objects[path] = os.path.join(command['directory'], command['output'])
    return objects


def self_test():
    """Compiles three files, first in a line and then in a circle."""
    sources = {
        'call/vis-a.c': 'void vis_b (void); void vis_a (void); void vis_a (void) { vis_b (); }',
        'call/vis-b.c': 'void vis_c (void); void vis_b (void); void vis_b (void) { vis_c (); }',
        'call/vis-c.c': 'void vis_c (void); void vis_c (void) {}',
    }
    back = 'void vis_a (void); void vis_c (void); void vis_c (void) { vis_a (); }'
    a, b, c = sources.values()
    for files, expected in ((sources, []), (sources | {'call/vis-c.c': back}, [sorted(sources)]),
                            ({'server/x/vis-a.c': a, 'server/y/vis-b.c': b, 'server/z/vis-c.c': c}, []),
                            ({'server/x/vis-a.c': a, 'server/y/vis-b.c': b, 'server/x/vis-c.c': c},
                             [['server/x', 'server/y']]),
                            ({'server/store/sqlite/vis-a.c': a, 'server/store/rules/vis-b.c': b,
                              'server/store/sqlite/vis-c.c': c}, [['server/store/rules', 'server/store/sqlite']])):
        with tempfile.TemporaryDirectory() as folder:
            objects = {}
            for path, text in files.items():
                objects[path] = os.path.join(folder, os.path.basename(path) + '.o')
                subprocess.run(['gcc', '-xc', '-c', '-o', objects[path], '-'], input=text, text=True, check=True)
            assert check(objects, layer_of()) == expected, expected
    pair = ['call/vis-a.c', 'call/vis-b.c']
    assert judge([pair], {'call/vis-b.c': 2}) == []
    assert judge([pair], {}) == ['a circle: ' + ' '.join(pair)]
    for known, found in (({'call/vis-b.c': 3}, [pair]), ({'call/vis-b.c': 1}, [pair]), ({'call/vis-a.c': 2}, [])):
        assert len(judge(found, known)) == 1, (known, found)
    print('a line and a circle of compiled files judged rightly')


def judge(found, known):
    faults = [f'a circle: {" ".join(circle)}' for circle in found if not known.keys() & set(circle)]
    for name, expected in known.items():
        files = sum(len(circle) for circle in found if name in circle)
        if files != expected:
            faults.append(f'{name} is in a circle of {files}, not of {expected}')
    return faults


def main():
    if sys.argv[1:] == ['--self-test']:
        self_test()
        return 0
    tree, build = sys.argv[1:]
    objects = compiled(tree, build)
    found = check(objects, layer_of())
    faults = judge(found, KNOWN)
    for fault in faults:
        print(fault)
    print(f'{len(objects)} files, {len(found)} circles, {len(KNOWN)} of them known')
    return 1 if faults or not objects else 0


if __name__ == '__main__':
    sys.exit(main())
