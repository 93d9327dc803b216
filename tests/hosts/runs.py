"""Runs by ssh on testbeds of real sshd's: each layout plays the same files, what goes wrong has a name, and nothing is left.

By hand: python3 runs.py --runs 20 [NAME…]
"""

import argparse
import contextlib
import functools
import pathlib
import re
import sys
import threading
import time

import layouts
from desk import Desk
from testbed import Testbed, why_not

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/containers"))

from household import EXPERIMENTS, SKIPPED, try_all  # noqa: E402
from transcript import Transcript  # noqa: E402

FILES = [EXPERIMENTS / "romeo-and-juliet"]
SHORT = "host romeo\nhost juliet\nromeo> sock = socket(udp)\nromeo> sock.close()\n"
WAITING = """\
host romeo
host juliet
juliet> door = socket(tcp)
juliet> door.bind(juliet:4000)
juliet> door.listen()
juliet> door.accept() => blocks for 90s
"""
GONE_SECONDS = 10  # an agent whose link was cut has noticed by then
# What may stay: an agent's file on a host, and the hosts' keys on the desk.
AGENT = r"balcony-agent-[0-9a-f]{16}"
KEPT = re.compile(
    rf"file ((\S*/)?\.cache(/balcony(/({AGENT}|known_hosts(/[0-9a-f]+)?))?)?|/var/tmp/balcony-\d+(/{AGENT})?)$"
)


def by(logins):
    return [word for name, login in logins.items() for word in ("--host", f"{name}={login.command}")]


class Stage:
    """A testbed of one layout, and runs on its desk."""

    def __init__(self, balcony, layout, **options):
        self.balcony, self.layout, self.options = balcony, layout, options

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.bed = stack.enter_context(Testbed())
            self.logins = layouts.LAYOUTS[self.layout](self.bed, **self.options)
            self.house = stack.enter_context(Desk(self.balcony, self.bed, kept=lambda what: KEPT.search(what)))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def play(self, *files, **options):
        return self.house.run("run", *(files or ["-"]), *by(self.logins), given=options.pop("given", SHORT), **options)

    def fails(self, *wanted, code=3):
        """Complains where a run does not end with this code and these words; and of what it left."""
        outcome = self.play()
        if outcome.code != code or not all(words in outcome.text for words in wanted):
            yield f"wanted exit {code} and {wanted}, got {outcome}"
        yield from self.left()

    def left(self, patience=GONE_SECONDS):
        yield from (f"left {what}" for what in self.house.left(patience))


def layout(name):
    """All files play, at first and when the agent is there; control stays off a network of the experiment's own."""

    def test(options):
        with Stage(options.balcony, name) as stage:
            counts = [
                login.host.count("data") for login in stage.logins.values() if login.data != login.control
            ]
            for _ in range(1 + options.runs):
                outcome = stage.play(*FILES)
                if not outcome.passed():
                    yield str(outcome)
                yield from stage.left()
            if any(count.packets() for count in counts):
                yield f"ssh was on the experiment's network: {[count.packets() for count in counts]} packets"
            outcome = stage.play()
            shares = "which the experiment shares" in outcome.text
            if shares != (not counts):
                yield f"of the networks it says {outcome}"

    return test


def fleet_file(options):
    """A file says it all; a data network that a host is not in is named."""
    with Stage(options.balcony, "shared") as stage:
        file = stage.house.folder / "fleet.yaml"
        for network, wanted in (("10.77.1.0/24", "# passed"), ("10.99.0.0/24", "it has no address in 10.99.0.0/24")):
            hosts = [f"  {name}: {{ssh: {login.command}, data: {network}}}" for name, login in stage.logins.items()]
            file.write_text("\n".join(["hosts:", *hosts, ""]))
            outcome = stage.house.run("run", FILES[0] / "tcp.md", "--fleet", file)
            if wanted not in outcome.text:
                yield f"{network}: {outcome}"
        yield from stage.left()


def not_let_in(options):
    with Stage(options.balcony, "direct") as stage:
        line = stage.logins["juliet"].command
        for other, wanted in (
            (line.replace("alice@", "nobody-here@"), "Permission denied"),
            (f"{line} -i {stage.bed.key('stranger')} -o IdentitiesOnly=yes", "Permission denied"),
            (f"{line} -p 2222", "Connection refused"),
        ):
            outcome = stage.house.run(
                "run", "-", "--host", f"romeo={stage.logins['romeo'].command}", "--host", f"juliet={other}", given=SHORT
            )
            if outcome.code != 3 or wanted not in outcome.text or "juliet" not in outcome.text:
                yield f"{other}: wanted {wanted}, got {outcome}"
            yield from stage.left()


def another_host_key(options):
    with Stage(options.balcony, "direct") as stage:
        if not (outcome := stage.play()).passed():
            yield str(outcome)
        stage.logins["juliet"].host.new_host_key()
        yield from stage.fails("juliet", "Host key for", "has changed", "ssh-keygen -f")


def no_programs_at_home(options):
    """A home that may not execute: the agent lives elsewhere. One without room: that is said."""
    with Stage(options.balcony, "direct", noexec=["/home"]) as stage:
        for _ in range(2):
            if not (outcome := stage.play()).passed():
                yield str(outcome)
        yield from stage.left()
    with Stage(options.balcony, "direct", sizes={"/home": "4m"}) as stage:
        yield from stage.fails("could not be copied")


def many_at_once(options):
    """More hosts than an sshd lets in at a time."""
    names = [f"client{number}" for number in range(12)]
    with Stage(options.balcony, "direct", names=names, settings={"MaxStartups": "1:60:2"}) as stage:
        lab = "".join(f"host {name}\n" for name in names) + "".join(f"{name}> sock = socket(udp)\n" for name in names)
        for _ in range(2):
            if not (outcome := stage.play(given=lab)).passed():
                yield str(outcome)
        yield from stage.left()


def agents_on(host):
    """Of sshd itself a process may stay longer where a link was cut."""
    return [process for process in host.processes_of("alice") if process.name.startswith("balcony-agent")]


def begin(stage):
    controller = stage.house.start("run", "-", *by(stage.logins), stdin=-1)
    controller.stdin.write(WAITING)
    controller.stdin.close()
    transcript = Transcript(controller)
    return controller, transcript, transcript.wait_for("juliet> door.listen()", 1)


def in_mid_run(harm, *wanted, code=3):
    """The waiting run is harmed; it ends with this code and these words, and its agents do not stay."""

    def test(options):
        with Stage(options.balcony, "direct") as stage:
            if not (outcome := stage.play()).passed():  # the agent is there
                yield str(outcome)
            for _ in range(options.runs):
                controller, transcript, reached = begin(stage)
                if not reached:
                    yield f"it did not come so far: {transcript.text()}"
                harm(stage, controller)
                begun = time.monotonic()
                juliet = stage.logins["juliet"].host
                while (there := agents_on(juliet)) and time.monotonic() < begun + GONE_SECONDS:
                    threading.Event().wait(0.05)
                yield from (f"there is {what} after {GONE_SECONDS} s" for what in there)
                juliet.mend()
                controller.wait(60)
                text = transcript.text() + controller.stderr.read()
                if controller.returncode != code or not all(words in text for words in wanted):
                    yield f"wanted {code} and {wanted}, got {controller.returncode}: {text}"
                yield from stage.left()

    return test


TESTS = {
    **{name: layout(name) for name in layouts.LAYOUTS},
    "fleet_file": fleet_file,
    "not_let_in": not_let_in,
    "another_host_key": another_host_key,
    "no_programs_at_home": no_programs_at_home,
    "many_at_once": many_at_once,
    "cut": in_mid_run(lambda stage, _: stage.logins["juliet"].host.cut(), "the agent of juliet is lost"),
    "sshd_killed": in_mid_run(lambda stage, _: stage.logins["juliet"].host.kill_sshd(), "the agent of juliet is lost"),
    "controller_killed": in_mid_run(lambda _, controller: controller.kill(), code=-9),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--balcony", default=ROOT / "build/dev/bin/balcony", help="the program under test")
    parser.add_argument("--runs", type=int, default=1, help="how often each")
    parser.add_argument("only", nargs="*", help=f"of {', '.join(TESTS)}; all if none is named")
    options = parser.parse_args()
    if lacking := why_not():
        print(f"skipped: {lacking}")
        return SKIPPED
    return try_all({name: functools.partial(TESTS[name], options) for name in options.only or TESTS})


if __name__ == "__main__":
    sys.exit(main())
