"""The tests' own test: testbeds are what they say, every fault is one, and nothing is left of them."""

import argparse
import contextlib
import functools
import os
import select
import shlex
import signal
import subprocess
import sys

from faults_test import FAULTS
from layouts import LAYOUTS
from rooms import LIMIT_SECONDS, ROOT, until_nothing
from testbed import Testbed, why_not

sys.path.insert(0, str(ROOT / "tests/experiments"))

from desk import Desk  # noqa: E402
from household import SKIPPED, descendants, holders, process_table, try_all  # noqa: E402

ONE_NETWORK = ("direct", "floating")
PLAY_FOR_EVER = """
import sys, layouts, testbed
with testbed.Testbed() as bed:
    layouts.direct(bed)
    print(bed.folder, *(room.pid for room in bed.rooms), *bed.network_namespaces(), flush=True)
    sys.stdin.read()
"""


def each_login(bed, logins):
    """Every printed line leads to its host, and to the right account there."""
    for name, login in logins.items():
        outcome = bed.ssh(login.command, "uname -n; id -un; cat", given="But, soft!")
        wanted = f"{name}\n{login.user}\nBut, soft!"
        if outcome.returncode != 0 or not outcome.stdout.endswith(wanted):
            yield f"{login.command}: wanted {wanted!r}, got exit {outcome.returncode}\n{outcome.stdout}{outcome.stderr}"
        if bed.ssh(login.command, "exit 3").returncode != 3:
            yield f"{login.command}: an exit code is lost"
        if bed.ssh(login.command, "sudo -n true").returncode == 0:
            yield f"{login.command}: there is sudo"
        if bed.ssh(login.command, f"test -e {ROOT}/README.md").returncode == 0:
            yield f"{login.command}: our own tree is on the host"


def the_data_path(logins):
    """A connection from each host to the other, on the addresses of experiments; names lead there as well."""
    for here, there in (("romeo", "juliet"), ("juliet", "romeo")):
        with logins[there].host.socket() as listener, logins[here].host.socket() as client:
            listener.bind((logins[there].data, 0))
            listener.listen()
            client.settimeout(LIMIT_SECONDS)
            client.connect(listener.getsockname())
            listener.settimeout(LIMIT_SECONDS)
            conn, peer = listener.accept()
            with conn:
                if peer[0] != logins[here].data:
                    yield f"{there} sees {here} as {peer[0]}, not as {logins[here].data}"
        known = logins[here].host.run("getent", "hosts", there).stdout.split()
        if known[:1] != [logins[there].data]:
            yield f"{here} knows {there} as {known}"


def the_layout(name):
    """Makes a layout, tries it, and takes it down."""
    with Testbed() as bed:
        logins = LAYOUTS[name](bed)
        interface = "control" if name in ONE_NETWORK else "data"
        counters = [(login, login.host.count(interface)) for login in logins.values()]
        everything = logins["romeo"].host.count(interface, ports=())
        yield from each_login(bed, logins)
        yield from the_data_path(logins)
        for login, counter in counters:
            if (counter.packets() > 0) != (interface == "control"):
                yield f"{login.host.name}: {counter.packets()} packets of ssh on {interface}"
        if everything.packets() == 0:
            yield f"nothing is seen on {interface}"
        yield from (f"left {what}" for what in until_nothing(bed.left))
        namespaces, folder = bed.network_namespaces(), bed.folder
    yield from (f"left {what}" for what in until_nothing(lambda: what_is_left(namespaces, folder)))


def what_is_left(namespaces=(), folder=""):
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    found = [str(process) for process in descendants()] + (holders(namespaces) if namespaces else [])
    return found + ([str(folder)] if os.path.exists(folder) else [])


def a_killed_test():
    """Kill -9 of a program with a testbed takes all of it down, its folder too."""
    program = subprocess.Popen(
        [sys.executable, "-c", PLAY_FOR_EVER],
        cwd=os.path.dirname(os.path.abspath(__file__)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        select.select([program.stdout], [], [], LIMIT_SECONDS)
        folder, *names = program.stdout.readline().split()
        pids = [int(name) for name in names if name.isdigit()]
        if len(pids) != 4 or any(pid not in process_table() for pid in pids):
            yield f"a testbed of two hosts has the rooms {pids}"
        program.send_signal(signal.SIGKILL)
    namespaces = {name for name in names if not name.isdigit()}
    yield from (f"left {what}" for what in until_nothing(lambda: what_is_left(namespaces, folder)))


def a_household():
    """Runs on the desk: they are there, and what they leave is told; the testbed itself is not."""
    with Testbed() as bed:
        login = LAYOUTS["direct"](bed)["juliet"]
        words = bed.ssh_words(login.command, "uname -n; echo >litter")[len(bed.desk_prefix) :]
        script = f"{shlex.join(words)}; pwd; echo '# passed'"
        with Desk("/bin/sh", bed) as house:
            outcome = house.run("-c", script)
            if not outcome.passed() or f"juliet\n{house.home}\n" not in outcome.out:
                yield f"a run on the desk: {outcome}"
            house.remember_namespaces()
            left = house.left(patience=0.3)
            if left != ["juliet: file /home/alice/litter"]:
                yield f"left is {left}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    trials = {name: lambda name=name: the_layout(name) for name in LAYOUTS}
    trials |= {**FAULTS, "household": a_household, "kill -9": a_killed_test}
    parser.add_argument("only", nargs="*", help=f"of {', '.join(trials)}; all if none is named")
    options = parser.parse_args()
    if lacking := why_not():
        print(f"skipped: {lacking}")
        return SKIPPED
    with Desk("/bin/sh", None):  # makes us the reaper of all our descendants
        pass

    def trial(test):
        yield from test()
        yield from (f"left {what}" for what in until_nothing(what_is_left))

    return try_all({name: functools.partial(trial, trials[name]) for name in options.only or trials})


if __name__ == "__main__":
    sys.exit(main())
