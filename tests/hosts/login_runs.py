"""Runs that do not get as far as an agent on each host, and those that nearly do not."""

import contextlib
import signal
import time

from household import EXPERIMENTS
from rooms import until_nothing
from stage import SHORT, Stage, complaints, repeated

SSH_SECONDS = 20  # that ssh waits for one who says nothing
TCP = EXPERIMENTS / "romeo-and-juliet/tcp.md"
AARCH64 = '#!/bin/sh\ncase "$*" in -m) echo aarch64;; *) echo Linux 6.1.0;; esac\n'


def not_let_in(options):
    with Stage(options.balcony) as stage:
        line = stage.lines()["juliet"]
        stranger = f"{line} -i {stage.bed.key('stranger')} -o IdentitiesOnly=yes"
        for other, wanted in (
            (line.replace("alice@", "nobody-here@"), "Permission denied"),
            (stranger, "Permission denied"),
            (f"{line} -p 2222", "Connection refused"),
        ):
            yield from stage.fails("juliet", wanted, lines=stage.lines(juliet=other))


def another_host_key(options):
    with Stage(options.balcony) as stage:
        yield from stage.passes()
        stage.juliet.new_host_key()
        yield from stage.fails("juliet", "Host key for", "has changed", "ssh-keygen -f")


def another_machine(options):
    with Stage(options.balcony) as stage:
        stage.juliet.disguise("/usr/bin/uname", AARCH64)
        yield from stage.fails("juliet: it is aarch64, and the agent here is for x86_64; BALCONY_AGENT names one")


def bastion_down(options):
    with Stage(options.balcony, "bastion") as stage:
        stage.bed.hosts["bastion"].kill_sshd()
        yield from stage.fails("(romeo|juliet): ssh ", "bastion.testbed.test port 22: Connection refused")
        stage.bed.hosts["bastion"].cut()
        yield from stage.fails("(romeo|juliet): ssh ", "timed out|No route to host", lines=soon_tired(stage))


def soon_tired(stage):
    return {name: f"{line} -o ConnectTimeout=1" for name, line in stage.lines().items()}


def many_at_once(options):
    """More hosts than an sshd lets in at a time."""
    names = [f"client{number}" for number in range(12)]
    with Stage(options.balcony, names=names, settings={"MaxStartups": "1:60:2"}) as stage:
        lab = "".join(f"host {name}\n" for name in names) + "".join(f"{name}> sock = socket(udp)\n" for name in names)
        for _ in range(2):
            yield from stage.passes(given=lab)
        yield from stage.left()


def at_the_door(stage):
    """Connections that are made, and that sshd has not taken."""
    listening = stage.juliet.run("ss", "-Htln", "sport = :22").stdout
    return any(int(line.split()[1]) for line in listening.splitlines())


@contextlib.contextmanager
def run_at_the_door(stage):
    """A run whose login an sshd takes its time for."""
    with stage.juliet.sshd.paused():
        run = stage.begin(SHORT)
        until_nothing(lambda: not at_the_door(stage))
        yield run


def killed_at_the_door(options):
    """Kill -9 of the controller while an sshd takes its time."""
    with Stage(options.balcony) as stage:
        with run_at_the_door(stage) as run:
            if not at_the_door(stage):
                yield "nobody is at the door"
            run.kill()
            run.outcome()
            yield from stage.left()
        yield from stage.passes()


def interrupted_at_the_door(options):
    """An interruption while an sshd takes its time: no login is waited for."""
    with Stage(options.balcony) as stage:
        with run_at_the_door(stage) as run:
            if not at_the_door(stage):
                yield "nobody is at the door"
            begun = time.monotonic()
            run.controller.terminate()
            yield from complaints(run.outcome(), -signal.SIGTERM)
            if time.monotonic() - begun > SSH_SECONDS / 2:
                yield f"it took {time.monotonic() - begun:.1f} s"
            yield from stage.left()
        yield from stage.passes()


TESTS = {
    "interrupted_at_the_door": repeated(interrupted_at_the_door),
    "not_let_in": repeated(not_let_in),
    "another_host_key": repeated(another_host_key),
    "another_machine": repeated(another_machine),
    "bastion_down": repeated(bastion_down),
    "many_at_once": repeated(many_at_once),
    "killed_at_the_door": repeated(killed_at_the_door),
}
