#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the table in ./dev bring each program that a command of it runs?

On Debian the packages know: a program's package has to be in the table under the needs of that command,
or follow from what is. What else happens to be installed does not count.

    check-needs.py TREE [--self-test]
"""

import ast
import glob
import pathlib
import re
import shutil
import subprocess
import sys

# Which needs bring what. What tests start by name is found in their text and has to stand here too.
PROGRAMS = {
    'br': ['gcc', 'nm', 'meson', 'ninja', 'pkg-config', 'msgfmt', 'xgettext', 'glib-compile-resources',
           'glib-compile-schemas', 'gtk-update-icon-cache', 'update-desktop-database', 'python3'],
    'brh': ['Xvfb', 'xdotool', 'dbus-daemon', 'ip', 'unshare', 'nsenter', 'python3'],
    'brht': ['appstreamcli', 'desktop-file-validate', 'turnserver', 'chromium', 'ps'],
    'f': ['clang-format-14'],
    'bz': ['clang', 'meson', 'ninja', 'pkg-config'],
}
# What is no program, but a file that one loads.
FILES = {'brh': ['/usr/lib/python3/dist-packages/gi/__init__.py', '/usr/share/dbus-1/services/org.a11y.Bus.service'],
         'brht': ['/usr/lib/*/dri/swrast_dri.so']}
# In every system, or the test's own.
BASE = {'sh', 'true', 'sleep', 'mount', 'dpkg-query'}
PATH = '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'


def read_table(tree):
    text = (tree / 'dev').read_text(encoding='utf-8')
    rows = re.search(r"<<'TABLE'\n(.*?)\nTABLE", text, re.DOTALL).group(1)
    return [(row.split('|')[0].strip(), row.split('|')[1].split()) for row in rows.splitlines()]


class Packages:
    """What is installed here, and what follows from what."""

    def __init__(self):
        fields = ('Package', 'Essential', 'Priority', 'db:Status-Status', 'Provides', 'Pre-Depends', 'Depends')
        out = subprocess.run(['dpkg-query', '-W', '-f', '\t'.join('${%s}' % field for field in fields) + '\n'],
                             capture_output=True, text=True, check=True).stdout
        self.depends, self.providers, self.base = {}, {}, set()
        for line in out.splitlines():
            name, essential, priority, status, provides, *depends = line.split('\t')
            if status != 'installed':
                continue
            self.depends[name] = self._names(','.join(depends))
            for given in [name, *self._names(provides)]:
                self.providers.setdefault(given, set()).add(name)
            if essential == 'yes' or priority == 'required':
                self.base.add(name)

    @staticmethod
    def _names(text):
        return [re.split(r'[ :(]', word.strip())[0] for word in re.split(r'[,|]', text) if word.strip()]

    def closure(self, names):
        found, left = set(), list(names) + list(self.base)
        while left:
            for package in self.providers.get(left.pop(), ()):
                if package not in found:
                    found.add(package)
                    left += self.depends[package]
        return found

    @staticmethod
    def owners(paths):
        """The package of each path; asked for all at once, because dpkg reads every list of files for that."""
        names = {name: path for path in paths for real in (path, str(pathlib.Path(path).resolve()))
                 for name in (real, real.removeprefix('/usr'))}
        out = subprocess.run(['dpkg-query', '-S', *names], capture_output=True, text=True, check=False).stdout
        found = {}
        for line in out.splitlines():
            package, name = line.rsplit(': ', 1)
            if name in names and not line.startswith('diversion'):
                found.setdefault(names[name], package.split(':')[0])
        return found


def find(what):
    return next(iter(glob.glob(what)), None) if what.startswith('/') else shutil.which(what, path=PATH)


def complaints(table, packages, needed):
    paths = {what: find(what) for wanted in needed.values() for what in wanted}
    owners = packages.owners(path for path in paths.values() if path)
    for needs, wanted in needed.items():
        found = packages.closure(name for letter, names in table if letter in needs for name in names)
        for what in wanted:
            owner = owners.get(paths[what])
            if paths[what] is None:
                yield f'{what} is not here: is its package in the table, for {needs}?'
            elif owner not in found:
                yield f'{what} is of {owner}, which the table does not bring for {needs}'


def started(tree):
    """The programs that Python in tests/ starts by a name of their own, and looks for."""
    for path in sorted((tree / 'tests').rglob('*.py')):
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            if not isinstance(node, ast.Call):
                continue
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, 'id', '')
            if function not in ('run', 'Popen', 'check_output', 'Process', 'which', 'execvp'):
                continue
            for argument in node.args[function == 'Process':]:
                first = argument.elts[0] if isinstance(argument, ast.List) and argument.elts else argument
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, path.relative_to(tree)
                break


def main():
    tree = pathlib.Path(sys.argv[1])
    if not shutil.which('dpkg-query'):
        print('only Debian says whose a program is')
        return 77
    table, packages = read_table(tree), Packages()
    if '--self-test' in sys.argv:
        without = [(letter, [name for name in names if name != 'desktop-file-utils']) for letter, names in table]
        found = list(complaints(without, packages, {'br': ['update-desktop-database', 'gcc']}))
        print(*found, sep='\n')
        return len(found) != 1 or 'update-desktop-database' not in found[0]
    known = {program for programs in PROGRAMS.values() for program in programs} | BASE
    needed = {needs: PROGRAMS[needs] + FILES.get(needs, []) for needs in PROGRAMS}
    found = list(complaints(table, packages, needed))
    found += [f'{path} starts {name}: which command needs that? ({pathlib.Path(__file__).name})'
              for name, path in sorted(set(started(tree))) if not name.startswith('/') and name not in known]
    print(*found, sep='\n')
    return bool(found)


if __name__ == '__main__':
    sys.exit(main())
