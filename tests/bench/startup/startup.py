"""Measures the time from the start of the process to the first frame, beside an empty window.

Each round starts all programs once, so that other load of the computer affects all. The frame is
detected in the framebuffer of the display.
"""

import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '../../support'))

from harness.desktop import Desktop  # noqa: E402
from harness.process import Process, until  # noqa: E402
from harness.server import PASSWORD, Server  # noqa: E402

ROUNDS = 15

CORNER = (0, 0, 600, 400)
DARK = bytes(600 * 400 * 4)


def shows_something(display):
    # One comparison: a loop over the pixels would take as long as a frame.
    return display.pixels(CORNER) != DARK


def first_frame(name, command, desktop, display, env):
    """Milliseconds until the display, black before, shows something."""
    until(lambda: not shows_something(display), 'a dark screen')
    start = time.monotonic()
    child = Process(name, command, desktop.folder, env)
    until(lambda: shows_something(display), f'the window of {name}', pause=0.001)
    took = (time.monotonic() - start) * 1000
    child.kill()
    return took


def resident(pid):
    with open(f'/proc/{pid}/statm', encoding='ascii') as statm:
        return int(statm.read().split()[1]) * os.sysconf('SC_PAGESIZE') / 1e6


def memory(name, command, desktop, display, env):
    """Resident memory in megabytes, two seconds after the window has appeared."""
    child = Process(name, command, desktop.folder, env)
    until(lambda: shows_something(display), f'the window of {name}')
    time.sleep(2)
    used = resident(child.pid)
    child.kill()
    return used


def main(build):
    app = os.path.join(build, 'src/app/visavis')
    empty = os.path.join(build, 'tests/bench/startup/empty-window')
    schemas = {'GSETTINGS_SCHEMA_DIR': os.path.join(build, 'data')}
    with Desktop() as desktop:
        server = Server(os.path.join(build, 'src/server/visavisd'), desktop.folder)
        server.add_people({'ada': 'Ada', 'grace': 'Grace'})
        server.start()
        desktop.closing.append(server.stop)
        display = desktop.display('bench')
        env = dict(schemas, DISPLAY=display.number)
        signed_in = [app, '--profile', 'known', '--server', server.url, '--user', 'ada']
        programs = {
            'empty window': ([empty], env),
            'visavis, first start': ([app, '--profile', 'fresh'], env),
            'visavis, signed in': (signed_in, env),
        }

        # One start of each, to fill the page cache and to sign in.
        for name, (command, environment) in programs.items():
            memory('warm-up', command, desktop, display, dict(environment, VISAVIS_PASSWORD=PASSWORD))

        times = {name: [] for name in programs}
        for _ in range(ROUNDS):
            for name, (command, environment) in programs.items():
                times[name].append(first_frame('timed', command, desktop, display, environment))

        print(f'First frame, median of {ROUNDS} (range), and memory after 2 s')
        reference = statistics.median(times['empty window'])
        for name, (command, environment) in programs.items():
            median = statistics.median(times[name])
            used = memory('weighed', command, desktop, display, environment)
            print(f'  {name:22} {median:6.0f} ms ({min(times[name]):.0f}-{max(times[name]):.0f})'
                  f'  ratio {median / reference:.2f}  {used:6.0f} MB')


if __name__ == '__main__':
    main(os.path.abspath(sys.argv[1]))
