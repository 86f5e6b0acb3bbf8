#!/usr/bin/python3
"""`./dev run`: the app with a server of its own.

With a display: two windows, of Ada and Grace, until they are closed. Without one: a script of the
main features, on virtual displays.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import network, report                         # noqa: E402
from harness.process import Failure                         # noqa: E402
from harness.report import step                             # noqa: E402
from harness.server import PASSWORD, Server                 # noqa: E402
from harness.stage import Stage                             # noqa: E402


def play(build, results):
    """Plays the main features, headless. Returns the summary."""
    summary = {}
    with Stage(build) as stage:
        step(f'The server is up: {stage.server.url}')
        ada, grace = stage.people
        try:
            perform(ada, grace, stage, results, summary)
        except Failure:
            for one in stage.people:
                if one.window is not None:
                    print(one.screenshot(results, 'failed'), one.window.process.err()[-2000:], sep='\n')
            raise
        stage.close()
    return summary


def perform(ada, grace, stage, results, summary):
    for one in (ada, grace):
        one.open(stage.server)
    ada.sees_online('Grace')
    grace.sees_online('Ada')

    ada.open_chat('Grace')
    ada.say('Hello Grace, do you have a minute?')
    grace.sees_unread('Ada', 1)
    grace.screenshot(results, '1-unread')
    grace.open_chat('Ada')
    grace.reads('do you have a minute?')
    grace.say('For you always. Call me!')
    ada.reads('For you always')
    for one in (ada, grace):
        one.screenshot(results, '2-chat')

    ada.call('Grace')
    grace.rings()
    grace.shows_ringing()
    for one in (ada, grace):
        one.screenshot(results, '3-ringing')
    grace.answer()
    answered = time.monotonic()
    for one in (ada, grace):
        one.sees_moving_picture()
        summary[f'{one.user}: seconds from Answer to a moving picture, at most'] = round(
            time.monotonic() - answered, 2)
    for one in (ada, grace):
        one.in_call()
        frames = one.frames_seen(3)
        summary[f'{one.user}: different frames on the screen in 3 s'] = frames
        step(f'{one.name} sees {frames} frames in 3 s')
    for one in (ada, grace):
        one.screenshot(results, '4-call')
    grace.hang_up()
    for one in (ada, grace):
        one.back_from_call()
    ada.say('It was good to see you!')
    grace.reads('It was good to see you!')
    for one in (ada, grace):
        one.screenshot(results, '5-after')


def headless(build):
    results = os.path.abspath('build/run')
    if not os.environ.get(network.INSIDE):
        shutil.rmtree(results, ignore_errors=True)
        print('No display here: Ada and Grace play the main job where nobody sees it.', flush=True)
    network.isolate()
    os.makedirs(results, exist_ok=True)
    report.plain()
    try:
        summary = play(build, results)
    except Failure as failure:
        print(f'✗ {failure}', file=sys.stderr)
        return 1
    with open(os.path.join(results, 'summary.json'), 'w', encoding='utf-8') as out:
        json.dump(summary, out, indent=2)
    for what, value in summary.items():
        print(f'  {what}: {value}')
    print(f'Pictures and summary: {results}')
    return 0


def on_this_display(build, options):
    """Opens two windows on the real desktop; all data is removed when they are closed."""
    folder = tempfile.mkdtemp(prefix='visavis-run-')
    server = Server(os.path.join(build, 'src/server/visavisd'), folder)
    windows = []
    try:
        server.add_people({'ada': 'Ada', 'grace': 'Grace'})
        server.start()
        print(f'The server is up: {server.url}\nAda and Grace sign in by themselves '
              f'(password: {PASSWORD}). Close both windows to end.', flush=True)
        for user in ('ada', 'grace'):
            env = dict(os.environ, VISAVIS_PASSWORD=PASSWORD,
                       GSETTINGS_SCHEMA_DIR=os.path.join(build, 'data'),
                       XDG_CONFIG_HOME=os.path.join(folder, user, 'config'),
                       XDG_DATA_HOME=os.path.join(folder, user, 'data'))
            windows.append(subprocess.Popen(
                [os.path.join(build, 'src/app/visavis'), '--profile', user, '--server', server.url,
                 '--user', user, *options], env=env))
        return max(window.wait() for window in windows)
    except KeyboardInterrupt:
        return 0
    except Failure as failure:
        print(f'✗ {failure}', file=sys.stderr)
        return 1
    finally:
        for window in windows:
            window.terminate()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    build = os.path.abspath(sys.argv[1])
    has_display = os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')
    if has_display and not os.environ.get(network.INSIDE):
        return on_this_display(build, sys.argv[2:])
    return headless(build)


if __name__ == '__main__':
    sys.exit(main())
