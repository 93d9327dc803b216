"""Others on the same hosts: their agents, their ports, their runs. None disturbs a run, or it is said who does."""

import contextlib
import errno
import shutil
import subprocess
from socket import AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM

from rooms import kill, until_nothing
from stage import Stage, complaints, repeated

LISTENS = """\
host romeo
host juliet
juliet> door = socket(tcp)
juliet> door.bind(juliet:4000)
juliet> door.listen()
"""
ANOTHER_AGENT = "balcony-agent-0123456789abcdef"
WAITS = LISTENS + "juliet> word = input()\n"
ANY_PORT = """\
host romeo
host juliet
juliet> door = socket(tcp)
juliet> door.bind(juliet:0)
juliet> place = door.getsockname()
juliet> door.listen()
juliet> word = input()
romeo> sock = socket(tcp)
romeo> sock.connect(juliet.place)
juliet> conn, peer = door.accept() => _, romeo:*
romeo> sock.sendall("But, soft!")
juliet> conn.recv(64) => "But, soft!"
"""
BINDS_UDP = "host romeo\nhost juliet\njuliet> sock = socket(udp)\njuliet> sock.bind(juliet:4000)\n"
HOLDERS = (  # by family, kind and address, and as the program is told of
    (AF_INET, SOCK_STREAM, "10.77.0.12", LISTENS, r"tcp LISTEN 10\.77\.0\.12:4000"),
    (AF_INET, SOCK_STREAM, "0.0.0.0", LISTENS, r"tcp LISTEN 0\.0\.0\.0:4000"),
    (AF_INET6, SOCK_STREAM, "::", LISTENS, r"tcp LISTEN \[::\]:4000"),
    (AF_INET, SOCK_DGRAM, "0.0.0.0", BINDS_UDP, r"udp UNCONN 0\.0\.0\.0:4000"),
)


def taken(holder, when="before the run began", user=0):
    begin = f"juliet: the port was taken {when}: "
    return f"{begin}{holder}, of a program that is none of the run's, of user {user}; end it, or use another port"


def held_by_others(door, place):
    """Binds; or what keeps it from that: the run before is over, and its agent may be about to end."""
    try:
        door.bind(place)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return error
    return None


def port_of_another(options):
    """A port that a program of somebody else's holds: which, and what to do."""
    with Stage(options.balcony) as stage:
        for family, kind, address, lab, told in HOLDERS:
            with stage.juliet.socket(family, kind) as door:
                until_nothing(lambda door=door, place=(address, 4000): held_by_others(door, place))
                if kind == SOCK_STREAM:
                    door.listen()
                yield from stage.fails(taken(told), given=lab)
            yield from stage.passes(given=lab)
        yield from stage.left()


def at_once(first, second):
    """Two runs at once, by hosts that have no agent yet: both pass, each with agents of its own."""

    def test(options):
        with Stage(options.balcony) as stage:
            runs = [stage.begin(ANY_PORT, stage.lines_of(user)) for user in (first, second)]
            for run in runs:
                yield from run.reaches("juliet> door.listen()")
            for run in runs:
                run.go_on()
            for run in runs:
                yield from complaints(run.outcome(), 0, "# passed")
            yield from stage.left()

    return repeated(test)


def two_for_one_port(options):
    """A port that another user's run holds."""
    with Stage(options.balcony) as stage:
        for _ in range(options.runs):
            alices = stage.begin(WAITS, stage.lines_of("alice"))
            yield from alices.reaches("juliet> door.listen()")
            outcome = stage.play(given=LISTENS, lines=stage.lines_of("bob"))
            yield from complaints(outcome, 3, taken(HOLDERS[0][-1], user=2001))
            alices.go_on()
            yield from complaints(alices.outcome(), 0, "# passed")
            yield from stage.left()


@contextlib.contextmanager
def agent_by_hand(stage, name):
    """An agent that Alice has started on Juliet, from this file in the usual place, and that listens on a socket."""
    socket = f"/home/alice/{name}.sock"
    words = [f"/home/alice/.cache/balcony/{name}", "--listen", f"unix:{socket}"]
    with stage.juliet.start(*words, user="alice", stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as agent:
        try:
            until_nothing(lambda: not stage.juliet.path(socket).exists())
            yield
        finally:
            kill(stage.juliet.processes_of("alice"))
            agent.wait()


def another_version(stage):
    """Puts an agent that is none of ours beside the one that is there; gives the names of both."""
    (ours,) = stage.juliet.path("/home/alice/.cache/balcony").glob("balcony-agent-*")
    other = ours.with_name(ANOTHER_AGENT)
    shutil.copy2(ours, other)
    with open(other, "ab") as file:
        file.write(b"of another version")
    return ours.name, other.name


def pids_of(stage):
    return {process.pid for process in stage.juliet.processes_of("alice")}


def agents_by_hand(options):
    """Agents that somebody has left running, ours and one of another version: they stay as they are."""
    with Stage(options.balcony) as stage:
        yield from stage.passes()
        until_nothing(lambda: pids_of(stage))
        ours, other = another_version(stage)
        with agent_by_hand(stage, ours), agent_by_hand(stage, other):
            before = pids_of(stage)
            for _ in range(options.runs):
                yield from stage.passes(given=LISTENS)
            until_nothing(lambda: pids_of(stage) != before)
            if len(before) != 2 or pids_of(stage) != before:
                yield f"Alice had the processes {before}, and has {pids_of(stage)}"
        yield from stage.left(but=r"\.sock$")


def port_taken_meanwhile(options):
    """A port that another user's run takes while this one is under way."""
    waits = "romeo> sock = socket(udp)\nromeo> word = input()\n"
    waits_first = LISTENS.replace("juliet> door = ", f"{waits}juliet> door = ")
    with Stage(options.balcony) as stage:
        bobs = stage.begin(waits_first, stage.lines_of("bob"))
        yield from bobs.reaches("romeo>  sock")
        alices = stage.begin(WAITS, stage.lines_of("alice"))
        yield from alices.reaches("juliet> door.listen()")
        bobs.go_on()
        wanted = taken(r"tcp LISTEN 10\.77\.0\.12:4000", when="by somebody else", user=2001)
        yield from complaints(bobs.outcome(), 3, wanted)
        alices.go_on()
        yield from complaints(alices.outcome(), 0, "# passed")
        yield from stage.left()


TESTS = {
    "port_taken_meanwhile": repeated(port_taken_meanwhile),
    "port_of_another": repeated(port_of_another),
    "two_users": at_once("alice", "bob"),
    "two_runs_of_one_user": at_once("alice", "alice"),
    "two_for_one_port": two_for_one_port,
    "agents_by_hand": agents_by_hand,
}
