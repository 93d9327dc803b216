"""Random sequences of socket calls, played twice: by CPython's own socket module and by an agent, each in a namespace.

differential.py --agent build/dev/bin/balcony-agent --count 10000 --seed 1

Answers, errnos, data, what blocks and what the kernel's tables say must be the same. A sequence for which they are not
is printed, made as short as can be, and printed again; exit 1. Exit 77: no namespaces can be made here.
"""

import argparse
import os
import sys
import time

import calls
import rooms
import rows
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from known import KNOWN
from play import MUCH, Parted, Player, Step
from scenes import SCENES, opening

SKIPPED = 77
PART, PARTS = 12, 4  # one long list would mostly be a short one
PROGRESS = 500  # sequences between two lines that tell of it

ROWS = [row for row in rows.ROWS for _ in range(row.weight)]
any_row, families = st.sampled_from(ROWS), st.sampled_from(list(calls.FAMILIES))
scenes = st.sampled_from([*SCENES, "tcp", "tcp", "udp", "told", "urgent", "error", "fast", "late"])
ports = st.sampled_from([0, 0, calls.PORTS[1]])
one_in_30 = st.integers(0, 29)


@st.composite
def steps(draw):
    """Any one step."""
    if draw(one_in_30) == 29:
        return Step(MUCH, draw(calls.slots), ())
    row = draw(any_row)
    return Step(row.name, draw(calls.slots), draw(row.arguments))


some = st.lists(steps(), max_size=PART)


@st.composite
def sequences(draw):
    """A scene, and anything behind it."""
    sequence = opening(draw(scenes), draw(families), draw(ports))
    for _ in range(PARTS):
        sequence += draw(some)
    return sequence


def say(line):
    """To whoever watches; a run that is killed has said it."""
    print(line, file=sys.stderr, flush=True)


class Tale:
    """What a run tells while it goes on: how far it is, and a difference as soon as there is one."""

    def __init__(self, player):
        self._player, self.played, self._parted = player, 0, False

    def play(self, sequence):
        self.played += 1
        try:
            self._player.play(sequence)
        except Parted as parted:
            if not self._parted:
                say(f"sequence {self.played}: the worlds part, and a shorter one is looked for:\n{parted}")
            self._parted = True
            raise
        if self.played % PROGRESS == 0:
            say(f"{self.played} sequences, {self._player.steps} calls" + ", shrinking" * self._parted)


def run(player, count, number):
    """Plays what is known, and so many sequences; gives how many there were, and the shortest that parts the worlds."""
    tale = Tale(player)

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(sequences())
    def play(sequence):
        tale.play(sequence)

    try:
        for sequence in KNOWN:
            player.play(sequence)
        play()
    except Parted as parted:
        return tale.played, str(parted)
    return tale.played, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agent", required=True, help="the program")
    parser.add_argument("--count", type=int, default=200, help="how many sequences")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--seen", action="store_true", help="say how often each answer came")
    options = parser.parse_args()
    try:
        rooms.become_able()
        rooms.enter_new()
    except OSError as error:
        print(f"no namespaces here: {error}")
        return SKIPPED
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # not a word about an agent that ends when it is told to
    # gRPC starts threads; a user namespace is entered before there are any.
    from agent import Agent
    from cpython import CPython
    from diag import Diag

    theirs = Agent(Diag(), options.agent)
    rooms.enter_new()
    player = Player(CPython(Diag()), theirs)
    started = time.monotonic()
    try:
        played, parted = run(player, options.count, options.seed)
    finally:
        theirs.end()
    took = time.monotonic() - started
    print(
        f"seed {options.seed}: {played} sequences, {player.steps} calls, {player.waited} of them waited, {took:.0f} s"
    )
    if options.seen:
        print("\n".join(f"{count:8} {name} {result}" for (name, result), count in sorted(player.seen.items())))
    if parted:
        print(f"the worlds part:\n{parted}")
    return 1 if parted else 0


if __name__ == "__main__":
    sys.exit(main())
